using System.Net;
using System.Text.Json;
using RebaseBatch.Inference.Catalog;
using RebaseBatch.Inference.Scheduling;
using RebaseBatch.Platform.Errors;
using RebaseBatch.Platform.Text;

namespace RebaseBatch.Inference.Remote;

/// <summary>One request of one replica, from the connection to the reply's JSON. It knows each way in which this can fail.</summary>
/// <param name="name">The model as jobs name it.</param>
/// <param name="http">Sends the requests; it sets no time limit of its own.</param>
sealed class RemoteExchange(RemoteModel model, string name, bool isReward, HttpClient http, RemoteKey key, TimeProvider time)
{
    /// <summary>Most bytes of a reply. A step of 4,000 tokens with ten alternatives each has about 4 MB.</summary>
    public const int MostReplyBytes = 32 << 20;

    /// <summary>Most time of a GET.</summary>
    public static readonly TimeSpan LongestGet = TimeSpan.FromSeconds(30);

    // A proxy's error page may be longer; its beginning says enough.
    const int MostErrorBytes = 64 << 10;

    // vLLM, SGLang and llama-server have this path; of any other server a 404 or 501 says enough.
    static readonly RemoteRequest s_health = RemoteRequest.Get("health");

    // What a server says of itself costs it nothing. A replica that hangs must not hold up a load for as long as a long step may take.
    readonly TimeSpan _getLimit = model.Timeout < LongestGet ? model.Timeout : LongestGet;

    /// <summary>Sends the request once.</summary>
    /// <returns>The reply; of a GET the JSON null when it is empty. The caller disposes it.</returns>
    /// <exception cref="ReplicaFaultException">The replica did not serve it; another try may succeed.</exception>
    /// <exception cref="ModelFaultException">The server refuses this request.</exception>
    /// <exception cref="MachineFaultException">The configuration is wrong.</exception>
    /// <exception cref="OperationCanceledException">Cancelled. The request is aborted, so that the server stops too.</exception>
    public Task<JsonDocument> SendAsync(Uri endpoint, RemoteRequest request, CancellationToken ct) =>
        ExchangeAsync(endpoint, request, request.IsGet ? _getLimit : model.Timeout, async (response, either) =>
        {
            if (!response.IsSuccessStatusCode) throw await RefusalAsync(endpoint, response, either);
            await response.Content.LoadIntoBufferAsync(MostReplyBytes, either);
            await using var body = await response.Content.ReadAsStreamAsync(either);
            return request.IsGet && body.Length == 0 ? JsonDocument.Parse("null") : await JsonDocument.ParseAsync(body, default, either);
        }, ct);

    /// <summary>Returns when the server answers and doesn't say that it is ill.</summary>
    /// <exception cref="ReplicaFaultException">It does not.</exception>
    public Task ProbeAsync(Uri endpoint, TimeSpan limit, CancellationToken ct) =>
        ExchangeAsync(endpoint, s_health, limit, async (response, either) =>
            (int)response.StatusCode is 429 or (>= 500 and not (501 or 505))
                ? throw await RefusalAsync(endpoint, response, either) : true, ct);

    async Task<T> ExchangeAsync<T>(
        Uri endpoint, RemoteRequest request, TimeSpan limit, Func<HttpResponseMessage, CancellationToken, Task<T>> read,
        CancellationToken ct)
    {
        using var overdue = new CancellationTokenSource(limit, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(ct, overdue.Token);
        try
        {
            using var message = MessageOf(endpoint, request, await key.GetAsync(either.Token));
            using var response = await http.SendAsync(message, HttpCompletionOption.ResponseHeadersRead, either.Token);
            return await read(response, either.Token);
        }
        // An aborted request may end in any of these ways.
        catch (Exception e) when (e is HttpRequestException or IOException or JsonException or OperationCanceledException)
        {
            ct.ThrowIfCancellationRequested();
            var what = overdue.IsCancellationRequested ? $"did not answer within {HumanText.Seconds(limit.TotalSeconds)}" : Happened(e);
            throw new ReplicaFaultException($"{Shown(endpoint)} {what}", e)
            {
                IsTimeout = overdue.IsCancellationRequested, IsAnswer = e is JsonException,
            };
        }
    }

    static HttpRequestMessage MessageOf(Uri endpoint, RemoteRequest request, string? bearer)
    {
        var message = new HttpRequestMessage(
            request.IsGet ? HttpMethod.Get : HttpMethod.Post, $"{endpoint.AbsoluteUri.TrimEnd('/')}/{request.Path.TrimStart('/')}");
        if (bearer is not null) message.Headers.Authorization = new("Bearer", bearer);
        if (request.IsGet) return message;
        message.Content = new ReadOnlyMemoryContent(request.Json);
        message.Content.Headers.ContentType = new("application/json");
        return message;
    }

    static string Shown(Uri endpoint) => MaskedUri.Of(endpoint.AbsoluteUri.TrimEnd('/'));

    static string Happened(Exception fault) => fault switch
    {
        JsonException => "sent a reply that is no JSON",
        HttpRequestException { HttpRequestError: HttpRequestError.ConfigurationLimitExceeded } =>
            $"sent a reply of more than {HumanText.Bytes(MostReplyBytes)}",
        HttpRequestException { HttpRequestError: HttpRequestError.ResponseEnded } or HttpIOException =>
            "cut the connection before its reply was complete",
        _ => $"can't be reached ({(fault.InnerException ?? fault).Message})",
    };

    async Task<Exception> RefusalAsync(Uri endpoint, HttpResponseMessage response, CancellationToken ct)
    {
        var words = await WordsAsync(response, ct);
        var said = $"{(int)response.StatusCode} {ServerMessage.Line(response.ReasonPhrase ?? "", key.Newest)}".TrimEnd()
            + (words.Length > 0 ? $": {words}" : "");
        var setting = $"Rebase:Models:{name}";
        return (int)response.StatusCode switch
        {
            400 or 413 or 414 or 422 or 431 => new ModelFaultException(
                $"{Shown(endpoint)}, which serves '{name}', refuses a request of this problem ({said}): if it refuses each one, correct "
                    + $"Kind, Model and ContextTokens of {setting}"),
            408 or 425 or 429 or (>= 500 and not (501 or 505)) => new ReplicaFaultException($"{Shown(endpoint)} answers {said}")
            {
                // The others come from a server that is not ready, or from a proxy before it, whatever the request is.
                IsAnswer = response.StatusCode is HttpStatusCode.InternalServerError,
                IsOverload = response.StatusCode is HttpStatusCode.TooManyRequests,
                RetryAfter = response.Headers.RetryAfter is { } asked ? asked.Delta ?? asked.Date - time.GetUtcNow() : null,
            },
            401 or 403 or 407 => Unusable($"refuses the key ({said})", model.IdentityScope is null
                ? $"set {setting}:ApiKey to a key that it accepts"
                : $"give this process's Azure identity the right to use it, or correct {setting}:IdentityScope"),
            404 => Unusable($"does not know the model or the path ({said})",
                $"correct Model, Kind and Endpoint of {setting}; an Endpoint has no path such as /v1"),
            _ => Unusable($"answers {said}", $"correct Kind and Endpoint of {setting}"),
        };

        MachineFaultException Unusable(string what, string wayOut) =>
            new(name, $"{Shown(endpoint)}, which serves '{name}', {what}: {wayOut}") { IsReward = isReward };
    }

    /// <summary>The server's own message. What can't be read of it is left out.</summary>
    async Task<string> WordsAsync(HttpResponseMessage response, CancellationToken ct)
    {
        var buffer = new byte[MostErrorBytes];
        try
        {
            await using var body = await response.Content.ReadAsStreamAsync(ct);
            var length = await body.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, ct);
            return ServerMessage.Of(buffer.AsSpan(0, length), key.Newest);
        }
        catch (Exception e) when (e is HttpRequestException or IOException)
        {
            return "";
        }
    }
}
