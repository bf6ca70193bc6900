using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using RebaseBatch.Platform.Errors;
using RebaseBatch.Platform.Telemetry;

namespace RebaseBatch.Platform.Http;

/// <summary>
/// Kestrel with the given routes. It is a service of the worker's host, so that the host decides when it starts and stops. The web
/// application inside starts empty: it reads no variable and no file, and takes no signal.
/// </summary>
/// <param name="options">The options of a server that is on.</param>
/// <param name="map">Adds the routes.</param>
sealed class WebServer(HttpOptions options, Action<IEndpointRouteBuilder> map, ILoggerFactory logging) : IHostedService, IDisposable
{
    // Answers take milliseconds, except reports. A client that waits for a report at the end, or does not read, must not use up the drain's
    // time.
    static readonly TimeSpan s_grace = TimeSpan.FromSeconds(1);

    readonly ILogger _log = logging.CreateLogger<WebServer>();
    readonly WebApplication _app = Build(options, map, logging);

    /// <exception cref="UserException">BadInput or NoPermission: the address can't be listened on.</exception>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        try
        {
            await _app.StartAsync(cancellationToken);
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
        await _app.StopAsync(grace.Token);
    }

    public void Dispose() => ((IDisposable)_app).Dispose();

    static WebApplication Build(HttpOptions options, Action<IEndpointRouteBuilder> map, ILoggerFactory logging)
    {
        var builder = WebApplication.CreateEmptyBuilder(new());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => Configure(kestrel, options));
        builder.Services.AddRoutingCore().AddSingleton(logging).AddSingleton<IHostLifetime, SilentLifetime>();
        var app = builder.Build();
        RequestPipeline.Use(app, new(options.AllowedHosts), logging.CreateLogger<WebServer>());
        map(app);
        return app;
    }

    static void Configure(KestrelServerOptions kestrel, HttpOptions options)
    {
        kestrel.AddServerHeader = false;
        kestrel.Limits.MaxRequestBodySize = 0;
        kestrel.Limits.MaxConcurrentConnections = 100;
        kestrel.Limits.RequestHeadersTimeout = TimeSpan.FromSeconds(10);
        kestrel.Listen(IPAddress.Parse(options.Address), options.Port, listen => listen.Protocols = HttpProtocols.Http1);
    }

    UserException Unusable(Exception fault) => (fault as SocketException ?? fault.InnerException as SocketException)?.SocketErrorCode switch
    {
        _ when fault is AddressInUseException || fault.InnerException is AddressInUseException => new(
            ExitCode.BadInput,
            $"port {options.Port} of {options.Address} is taken by another program: set Rebase:Http:Port to a free one, or to 0 to run "
                + "without the page",
            fault),
        SocketError.AccessDenied => new(
            ExitCode.NoPermission, $"no permission to listen on port {options.Port} of {options.Address}: set Rebase:Http:Port to one "
                + "above 1023", fault),
        SocketError.AddressNotAvailable => new(
            ExitCode.BadInput,
            $"{options.Address} is not an address of this machine: set Rebase:Http:Address to one of its addresses, or to 0.0.0.0 for all "
                + "of them",
            fault),
        _ => new(
            ExitCode.BadInput,
            $"port {options.Port} of {options.Address} can't be listened on ({fault.Message}): set Rebase:Http:Port and "
                + "Rebase:Http:Address to others",
            fault),
    };
}
