using Microsoft.Extensions.Logging;
using RebaseBatch.Durable.Workers;
using RebaseBatch.Platform.Endurance;
using RebaseBatch.Platform.Telemetry;

namespace RebaseBatch.Solving;

/// <summary>
/// Tells the database that this worker runs, what it does and what it can't serve, so that a job that nobody can serve says so. A worker
/// that is killed stops telling, and a minute later nobody counts it.
/// </summary>
sealed class WorkerPresence(
    WorkerStore store, WorkerSelf self, MachineLacks lacks, WorkerOptions options, TimeProvider time, ServiceFaults faults,
    ILogger<WorkerPresence> log)
    : EnduringService("presence", time, faults, log)
{
    static readonly TimeSpan s_every = TimeSpan.FromSeconds(10);
    static readonly TimeSpan s_patience = TimeSpan.FromSeconds(2);

    protected override async Task<TimeSpan> RoundAsync(CancellationToken stop)
    {
        // Before the report: a stop that comes between the two is told at once.
        using var change = CancellationTokenSource.CreateLinkedTokenSource(
            stop, self.Draining.IsCancellationRequested ? CancellationToken.None : self.Draining);
        await store.ReportAsync(options.Id, lacks.All(), stop, self.Now());
        await lacks.WaitForChangeAsync(s_every, change.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        return TimeSpan.Zero;
    }

    // Work goes on without it.
    protected override void Tell(Exception fault) => Logger.PresenceNotReported(fault.Message);

    protected override async Task EndAsync()
    {
        try
        {
            using var patience = new CancellationTokenSource(s_patience, Time);
            await store.RemoveAsync(options.Id, patience.Token);
        }
        catch (Exception e)
        {
            // The row is out of date within a minute anyway.
            Logger.PresenceNotReported(e.Message);
        }
    }
}
