using System.Net.Http.Headers;
using System.Text.Json;
using Microsoft.Extensions.Logging;
using RebaseBatch.Inference.Catalog;
using RebaseBatch.Inference.Scheduling;
using RebaseBatch.Platform.Errors;

namespace RebaseBatch.Inference.Remote;

/// <summary>The replicas that serve one model. Thread-safe.</summary>
/// <param name="name">The model as jobs name it.</param>
/// <param name="http">Sends the requests; it sets no time limit of its own.</param>
sealed class EndpointPool(RemoteModel model, string name, bool isReward, HttpClient http, TimeProvider time, ILogger log) : IDisposable
{
    public IReadOnlyList<Uri> Endpoints => model.Endpoints;

    public ILogger Log => log;

    /// <summary>False once no replica has served for longer than requests may wait.</summary>
    public bool IsAlive => true;

    /// <summary>Sends a request of a search to the replica that serves this search, and to another one when that replica can't.</summary>
    /// <exception cref="ModelFaultException">The server refuses this one request.</exception>
    /// <exception cref="MachineFaultException">Nobody can serve the model now, or the configuration is wrong.</exception>
    public Task<JsonDocument> SendAsync(long search, RemoteRequest request, CancellationToken ct) =>
        AskAsync(model.Endpoints[(int)((ulong)search % (ulong)model.Endpoints.Count)], request, ct);

    /// <summary>Asks one given replica, once: for load and checks.</summary>
    /// <inheritdoc cref="SendAsync"/>
    public async Task<JsonDocument> AskAsync(Uri endpoint, RemoteRequest request, CancellationToken ct)
    {
        using var limit = new CancellationTokenSource(model.Timeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(ct, limit.Token);
        using var message = new HttpRequestMessage(request.IsGet ? HttpMethod.Get : HttpMethod.Post,
            $"{endpoint.AbsoluteUri.TrimEnd('/')}/{request.Path}");
        if (model.ApiKey is { } key) message.Headers.Authorization = new("Bearer", key);
        if (!request.IsGet)
        {
            message.Content = new ReadOnlyMemoryContent(request.Json);
            message.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        }

        try
        {
            using var response = await http.SendAsync(message, either.Token);
            if ((int)response.StatusCode is 400 or 413 or 422)
                throw new ModelFaultException(
                    $"the server of '{name}' refuses a request: {await response.Content.ReadAsStringAsync(either.Token)}");
            response.EnsureSuccessStatusCode();
            await using var body = await response.Content.ReadAsStreamAsync(either.Token);
            return await JsonDocument.ParseAsync(body, default, either.Token);
        }
        catch (Exception e) when (e is HttpRequestException or JsonException or OperationCanceledException
            && !ct.IsCancellationRequested)
        {
            throw new MachineFaultException(name, $"the server of '{name}' at {endpoint} does not answer: {e.Message}", e)
            {
                IsReward = isReward,
            };
        }
    }

    /// <summary>The search is over: its replica is free for another one.</summary>
    public void Leave(long search)
    {
    }

    public void Dispose() => http.Dispose();
}
