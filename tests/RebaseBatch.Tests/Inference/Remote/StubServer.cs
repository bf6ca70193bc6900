using System.Collections.Concurrent;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace RebaseBatch.Tests.Inference.Remote;

/// <summary>A replica without a model: a web server on a port of its own, which can be stopped and started again there.</summary>
sealed class StubServer : IAsyncDisposable
{
    readonly int _port = FreePort.Take();
    RefusedPort? _away;
    readonly ConcurrentQueue<StubRequest> _requests = new();
    WebApplication? _app;
    int _inFlight, _mostInFlight, _aborted;

    public Uri Uri => new($"http://127.0.0.1:{_port}/");

    /// <summary>Answers all requests but those of health.</summary>
    public Func<StubRequest, StubReply> Reply { get; set; } = _ => StubReply.Ok;

    public Func<StubReply> Health { get; set; } = () => StubReply.Ok with { Body = "" };

    /// <summary>All requests but those of health.</summary>
    public IReadOnlyList<StubRequest> Requests => [.. _requests.Where(request => request.Path != "/health")];

    public int Probes => _requests.Count(request => request.Path == "/health");

    public int MostInFlight => _mostInFlight;

    /// <summary>Requests that the client gave up.</summary>
    public int Aborted => _aborted;

    public static async Task<StubServer> StartAsync()
    {
        var server = new StubServer();
        await server.StartAgainAsync();
        return server;
    }

    public async Task StartAgainAsync()
    {
        _away?.Dispose();
        _away = null;
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        _app = builder.Build();
        _app.Urls.Add(Uri.AbsoluteUri);
        _app.Run(AnswerAsync);
        await _app.StartAsync();
    }

    /// <summary>Refuses connections from now on, and cuts those that are open.</summary>
    public async Task StopAsync()
    {
        if (_app is not { } app) return;
        _app = null;
        await app.StopAsync(new CancellationToken(canceled: true));
        await app.DisposeAsync();
        _away = new(_port);
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        _away?.Dispose();
    }

    async Task AnswerAsync(HttpContext http)
    {
        using var reader = new StreamReader(http.Request.Body);
        var request = new StubRequest(http.Request.Method, http.Request.Path.Value!, await reader.ReadToEndAsync(http.RequestAborted),
            http.Request.Headers.Authorization.ToString(), http.Request.ContentType);
        _requests.Enqueue(request);
        if (request.Path == "/health")
        {
            await SendAsync(http, Health());
            return;
        }

        var now = Interlocked.Increment(ref _inFlight);
        for (var most = _mostInFlight; now > most; most = _mostInFlight) Interlocked.CompareExchange(ref _mostInFlight, now, most);
        try
        {
            await SendAsync(http, Reply(request));
        }
        catch (OperationCanceledException)
        {
            Interlocked.Increment(ref _aborted);
        }
        finally
        {
            Interlocked.Decrement(ref _inFlight);
        }
    }

    static async Task SendAsync(HttpContext http, StubReply reply)
    {
        if (reply.When is { } when) await when.WaitAsync(http.RequestAborted);
        http.Response.StatusCode = reply.Status;
        if (reply.RetryAfter is not null) http.Response.Headers.RetryAfter = reply.RetryAfter;
        if (reply.Location is not null) http.Response.Headers.Location = reply.Location;
        if (!reply.IsCut)
        {
            await http.Response.WriteAsync(reply.Body, http.RequestAborted);
            return;
        }

        http.Response.ContentLength = reply.Body.Length;
        await http.Response.WriteAsync(reply.Body[..(reply.Body.Length / 2)], http.RequestAborted);
        await http.Response.Body.FlushAsync(http.RequestAborted);
        http.Abort();
    }
}
