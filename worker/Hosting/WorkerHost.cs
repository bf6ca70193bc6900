using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using RebaseBatch.Platform.Errors;
using RebaseBatch.Platform.Http;
using RebaseBatch.Platform.Postgres;

namespace RebaseBatch.Hosting;

/// <summary>The service host of one worker.</summary>
sealed class WorkerHost(IHost host) : IAsyncDisposable
{
    public IServiceProvider Services => host.Services;

    /// <param name="logging">Adds the log's outputs; the levels come from the section <c>Logging</c>.</param>
    public static WorkerHost Create(Settings settings, DatabaseSession session, Action<ILoggingBuilder> logging)
    {
        var builder = Host.CreateEmptyApplicationBuilder(new() { ApplicationName = "rebase" });
        builder.Logging.AddConfiguration(settings.Configuration.GetSection("Logging"));
        logging(builder.Logging);
        builder.Services.AddSingleton<IHostLifetime, SilentLifetime>();
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = settings.Options.Worker.Drain);
        // A service whose loop ends by an exception still ends the worker: EnduringService lets none through, so that would be a bug, and a
        // worker that goes on without its reaper or its renewals would hide it.
        builder.Services.AddWorker(settings.Options, session.Pools);
        if (session.IsEmbedded)
            builder.Services.AddHostedService(services => ActivatorUtilities.CreateInstance<PrivateServerWatch>(
                services, (Func<CancellationToken, Task>)session.EnsureRunningAsync));
        return new(builder.Build());
    }

    /// <summary>
    /// Runs until <paramref name="stop"/> is cancelled and the current work is stored and released, or until a service fails.
    /// </summary>
    /// <exception cref="UserException">Interrupted: the current work was not released within Rebase:Worker:DrainSeconds.</exception>
    public async Task RunAsync(CancellationToken stop)
    {
        try
        {
            await host.StartAsync(stop);
            await host.WaitForShutdownAsync(stop);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // Stopped while it was still starting: it has no work.
        }
        // The host neither rethrows a service's exception nor reports that the drain time was too short. The services' tasks show both.
        foreach (var service in Services.GetServices<IHostedService>().OfType<BackgroundService>())
        {
            if (service.ExecuteTask is { IsFaulted: true } failed) await failed;
            // Leases that were not released expire, and other workers continue from the last checkpoint.
            if (service.ExecuteTask is { IsCompleted: false })
                throw new UserException(ExitCode.Interrupted,
                    "the worker could not release its work within Rebase:Worker:DrainSeconds; the work resumes from its last checkpoint");
        }
    }

    // IHost is only IDisposable, and its Dispose would block on services that are disposed asynchronously.
    public ValueTask DisposeAsync() => ((IAsyncDisposable)host).DisposeAsync();
}
