using Microsoft.Extensions.Logging;
using RebaseBatch.Platform.Errors;
using RebaseBatch.Platform.Http;

namespace RebaseBatch.Edge.Health;

/// <summary>
/// Answers for a worker that does not run yet: alive, and not ready. A worker waits for its database without a limit, and meanwhile
/// nobody must think that it is dead.
/// </summary>
sealed class StartingServer : IAsyncDisposable
{
    readonly WebServer? _server;

    StartingServer(WebServer? server) => _server = server;

    /// <exception cref="UserException">BadInput or NoPermission: the address can't be listened on.</exception>
    public static async Task<StartingServer> StartAsync(HttpOptions options, ILoggerFactory logging, CancellationToken ct)
    {
        if (!options.IsOn) return new(null);
        var server = new WebServer(options, HealthRoutes.MapStart, logging);
        try
        {
            await server.StartAsync(ct);
            return new(server);
        }
        catch
        {
            server.Dispose();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_server is null) return;
        await _server.StopAsync(CancellationToken.None);
        _server.Dispose();
    }
}
