using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using RebaseBatch.Platform.Errors;
using RebaseBatch.Platform.Telemetry;

namespace RebaseBatch.Platform.Http;

/// <summary>Kestrel with the given routes, and without a host of its own, which would want the process's signals.</summary>
/// <param name="options">Of a server that is on.</param>
sealed class WebServer(HttpOptions options, IReadOnlyList<Route> routes, ILoggerFactory logging) : IHostedService, IDisposable
{
    // Answers take milliseconds, but for reports: whoever waits for one of those at the end, or does not read, has no claim on the drain's time.
    static readonly TimeSpan s_grace = TimeSpan.FromSeconds(1);

    readonly ILogger _log = logging.CreateLogger<WebServer>();
    readonly KestrelServer _kestrel = Kestrel(options, logging);

    /// <exception cref="UserException">BadInput or NoPermission: the address can't be listened on.</exception>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        try
        {
            await _kestrel.StartAsync(new Requests(routes, new(options.AllowedHosts), _log), cancellationToken);
        }
        catch (Exception e) when (e is IOException or SocketException)
        {
            throw Unusable(e);
        }
        _log.WebServerListening(options.Address, options.Port);
    }

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        using var grace = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        grace.CancelAfter(s_grace);
        await _kestrel.StopAsync(grace.Token);
    }

    public void Dispose() => _kestrel.Dispose();

    static KestrelServer Kestrel(HttpOptions options, ILoggerFactory logging)
    {
        var kestrel = new KestrelServerOptions { AddServerHeader = false };
        kestrel.Limits.MaxRequestBodySize = 0;
        kestrel.Limits.MaxConcurrentConnections = 100;
        kestrel.Limits.RequestHeadersTimeout = TimeSpan.FromSeconds(10);
        kestrel.Listen(IPAddress.Parse(options.Address), options.Port, listen => listen.Protocols = HttpProtocols.Http1);
        return new(Options.Create(kestrel), new SocketTransportFactory(Options.Create(new SocketTransportOptions()), logging), logging);
    }

    UserException Unusable(Exception fault) => (fault as SocketException ?? fault.InnerException as SocketException)?.SocketErrorCode switch
    {
        _ when fault is AddressInUseException || fault.InnerException is AddressInUseException =>
            new(ExitCode.BadInput, $"port {options.Port} of {options.Address} is taken by another program: set Rebase:Http:Port to a free one, or to 0 to do without the page", fault),
        SocketError.AccessDenied =>
            new(ExitCode.NoPermission, $"no permission to listen on port {options.Port} of {options.Address}: set Rebase:Http:Port to one above 1023", fault),
        SocketError.AddressNotAvailable =>
            new(ExitCode.BadInput, $"{options.Address} is no address of this machine: set Rebase:Http:Address to one, or to 0.0.0.0 for all", fault),
        _ => new(ExitCode.BadInput, $"port {options.Port} of {options.Address} can't be listened on ({fault.Message}): set Rebase:Http:Port and Rebase:Http:Address to others", fault),
    };
}
