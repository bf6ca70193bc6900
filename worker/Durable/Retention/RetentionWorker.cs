using Microsoft.Extensions.Logging;
using Npgsql;
using RebaseBatch.Durable.Events;
using RebaseBatch.Platform.Async;
using RebaseBatch.Platform.Endurance;
using RebaseBatch.Platform.Telemetry;

namespace RebaseBatch.Durable.Retention;

/// <summary>
/// Deletes stored steps whose time is over, in portions, so that no statement of a search waits for it. Beside the reaper and not in it:
/// leases that ran out must not wait for deletions.
/// </summary>
/// <param name="days">The worker's setting; null: only jobs with a setting of their own are pruned.</param>
sealed class RetentionWorker(
    NpgsqlDataSource db, Actor by, double? days, TimeProvider time, ServiceFaults faults, ILogger<RetentionWorker> log)
    : EnduringService("retention", time, faults, log)
{
    static readonly TimeSpan s_pause = TimeSpan.FromSeconds(1), s_idle = TimeSpan.FromMinutes(10);

    readonly NodePruning _pruning = new(db, by);
    bool _started;

    // Steps that stay a while longer harm nobody.
    protected override Backoff Pauses { get; } = new(s_idle, s_idle);

    protected override async Task<TimeSpan> RoundAsync(CancellationToken stop)
    {
        if (!_started)
        {
            // A worker that has just started has better things to do.
            _started = true;
            return s_pause;
        }

        if (await _pruning.DueAsync(days, stop) is not { } pruned) return s_idle;
        Logger.NodesPruned(pruned.JobId, pruned.Steps);
        return s_pause;
    }

    protected override void Tell(Exception fault) => Logger.NodesNotPruned(s_idle.TotalMinutes, fault.Message);
}
