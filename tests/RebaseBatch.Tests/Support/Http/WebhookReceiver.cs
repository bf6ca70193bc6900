using System.Collections.Concurrent;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace RebaseBatch.Tests.Support.Http;

/// <summary>A web server on this machine that receives webhooks and answers as it is told.</summary>
sealed class WebhookReceiver : IAsyncDisposable
{
    readonly WebApplication _app;
    readonly ConcurrentQueue<WebhookRequest> _requests = new();

    WebhookReceiver(WebApplication app) => _app = app;

    /// <summary>Its root, such as <c>http://127.0.0.1:4711/</c>.</summary>
    public Uri Uri { get; private set; } = null!;

    /// <summary>Answers each request; 204 unless it is set. The token is cancelled when the client goes.</summary>
    public Func<WebhookRequest, HttpResponse, CancellationToken, Task> Answer { get; set; } = (_, response, _) =>
    {
        response.StatusCode = StatusCodes.Status204NoContent;
        return Task.CompletedTask;
    };

    public IReadOnlyList<WebhookRequest> Requests => [.. _requests];

    public static async Task<WebhookReceiver> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var receiver = new WebhookReceiver(builder.Build());
        receiver._app.Run(receiver.TakeAsync);
        await receiver._app.StartAsync();
        var addresses = receiver._app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses;
        receiver.Uri = new(addresses.Single());
        return receiver;
    }

    public void AnswerWith(int status, string? text = null) => Answer = async (_, response, ct) =>
    {
        response.StatusCode = status;
        if (text is null) return;
        response.ContentType = "text/plain";
        await response.WriteAsync(text, ct);
    };

    public async ValueTask DisposeAsync()
    {
        await _app.StopAsync(new CancellationToken(canceled: true));
        await _app.DisposeAsync();
    }

    async Task TakeAsync(HttpContext http)
    {
        using var body = new MemoryStream();
        await http.Request.Body.CopyToAsync(body, http.RequestAborted);
        var request = new WebhookRequest(http.Request.Method, $"{http.Request.Path}{http.Request.QueryString}",
            http.Request.Headers.ToDictionary(header => header.Key.ToLowerInvariant(), header => header.Value.ToString()), body.ToArray());
        _requests.Enqueue(request);
        try
        {
            await Answer(request, http.Response, http.RequestAborted);
        }
        catch (OperationCanceledException)
        {
            // The client has gone.
        }
    }
}
