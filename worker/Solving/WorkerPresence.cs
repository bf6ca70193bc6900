using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using RebaseBatch.Durable.Workers;
using RebaseBatch.Platform.Telemetry;

namespace RebaseBatch.Solving;

/// <summary>
/// Tells the database that this worker runs and what it can't serve, so that a job that nobody can serve says so. A worker that is killed
/// stops telling, and a minute later nobody counts it.
/// </summary>
sealed class WorkerPresence(WorkerStore store, MachineLacks lacks, WorkerOptions options, ILogger<WorkerPresence> log) : BackgroundService
{
    static readonly TimeSpan s_every = TimeSpan.FromSeconds(10);
    static readonly TimeSpan s_patience = TimeSpan.FromSeconds(2);

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        try
        {
            using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            patience.CancelAfter(s_patience);
            await store.RemoveAsync(options.Id, patience.Token);
        }
        catch (Exception e)
        {
            // The row is out of date within a minute anyway.
            log.PresenceNotReported(e.Message);
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (true)
        {
            try
            {
                await store.ReportAsync(options.Id, lacks.All(), stoppingToken);
            }
            catch (Exception e) when (!stoppingToken.IsCancellationRequested)
            {
                log.PresenceNotReported(e.Message);
            }

            await lacks.WaitForChangeAsync(s_every, stoppingToken);
        }
    }
}
