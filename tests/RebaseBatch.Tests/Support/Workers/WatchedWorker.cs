using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using Npgsql;
using RebaseBatch.Edge.Dashboard;
using RebaseBatch.Hosting;

namespace RebaseBatch.Tests.Support.Workers;

/// <summary>A worker in the test's process that serves its page, and a client of it.</summary>
sealed class WatchedWorker : IAsyncDisposable
{
    readonly WorkerInProcess _worker;
    readonly HttpClient _client;

    WatchedWorker(WorkerInProcess worker, int port)
    {
        _worker = worker;
        Url = new($"http://127.0.0.1:{port}/");
        _client = new() { BaseAddress = Url };
    }

    public Uri Url { get; }

    public static async Task<WatchedWorker> StartAsync(NpgsqlDataSource db, string resultsFolder, Action<RebaseOptions>? configure = null)
    {
        var port = FreePort.Take();
        var worker = await WorkerInProcess.StartAsync(db, resultsFolder, options =>
        {
            options.Http.Port = port;
            configure?.Invoke(options);
        });
        return new(worker, port);
    }

    public Task<string> GetAsync(string path) => _client.GetStringAsync(new Uri(path, UriKind.Relative));

    public Task<HttpResponseMessage> SendAsync(HttpMethod method, string path, string? host = null)
    {
        var request = new HttpRequestMessage(method, new Uri(path, UriKind.Relative));
        request.Headers.Host = host;
        return _client.SendAsync(request);
    }

    public async Task<WorkerStatus> StatusAsync() =>
        JsonSerializer.Deserialize(await GetAsync("api/status.json"), DashboardJson.Default.WorkerStatus)!;

    /// <summary>The answer's status code, and for each check by name whether it passes and, if not, why.</summary>
    public async Task<(HttpStatusCode Code, Dictionary<string, (bool Ok, string Reason)> Checks)> ReadyAsync()
    {
        using var response = await SendAsync(HttpMethod.Get, "health/ready");
        using var report = JsonDocument.Parse(await response.Content.ReadAsStringAsync());
        return (response.StatusCode, report.RootElement.GetProperty("checks").EnumerateArray().ToDictionary(
            check => check.GetProperty("name").GetString()!,
            check => (check.GetProperty("ok").GetBoolean(), check.GetProperty("reason").GetString()!)));
    }

    /// <summary>A connection on which nothing was sent yet.</summary>
    public async Task<TcpClient> ConnectAsync()
    {
        var client = new TcpClient();
        await client.ConnectAsync(IPAddress.Loopback, Url.Port);
        return client;
    }

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        await _worker.DisposeAsync();
    }
}
