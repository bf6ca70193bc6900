using RebaseBatch.Contracts.Gates;
using RebaseBatch.Evaluation.Notifications;

namespace RebaseBatch.Evaluation.Schedules;

/// <summary>
/// Tells of runs that do not finish: nothing is judged then, and nobody would notice. For one thread. A second worker that tells the same
/// changes nothing.
/// </summary>
sealed class OverdueNotices(NotificationOutbox outbox)
{
    // Only to spare the database the same statement every few seconds.
    readonly HashSet<(long ScheduleId, DateTimeOffset DueAt)> _told = [];

    /// <summary>Tells it once for each due time.</summary>
    public async Task TellAsync(StoredSchedule stored, DateTimeOffset now, CancellationToken ct)
    {
        if (OverdueRun.Of(stored, now) is not { } overdue || _told.Contains((stored.ScheduleId, overdue.DueAt))) return;
        await outbox.AddStaleAsync(stored.ScheduleId, new()
        {
            Answer = GateAnswer.Stale,
            Reason = overdue.Reason,
            Schedule = stored.Schedule.Name,
            DueAt = overdue.DueAt,
            SweepId = overdue.SweepId,
            SweepName = stored.Schedule.Sweep.Name,
            BaselineSweepId = stored.Schedule.Baseline,
        }, overdue.Since, ct);
        _told.Add((stored.ScheduleId, overdue.DueAt));
    }
}
