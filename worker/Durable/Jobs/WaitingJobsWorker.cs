using Microsoft.Extensions.Logging;
using RebaseBatch.Platform.Endurance;
using RebaseBatch.Platform.Telemetry;

namespace RebaseBatch.Durable.Jobs;

/// <summary>
/// Releases jobs that wait for others, twice a second. Every worker does so; it is a query of an index that is nearly always empty.
/// </summary>
sealed class WaitingJobsWorker(WaitingJobs waiting, TimeProvider time, ServiceFaults faults, ILogger<WaitingJobsWorker> log)
    : EnduringService("waiting jobs", time, faults, log)
{
    static readonly TimeSpan s_poll = TimeSpan.FromSeconds(0.5);

    protected override async Task<TimeSpan> RoundAsync(CancellationToken stop)
    {
        foreach (var (job, reason) in await waiting.SettleAsync(stop))
        {
            if (reason is null) Logger.WaitingJobReleased(job);
            else Logger.WaitingJobCancelled(job, reason);
        }

        return s_poll;
    }
}
