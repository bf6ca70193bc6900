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
    readonly HashSet<(long ScheduleId, DateTimeOffset DueAt, bool IsAged)> _told = [];

    /// <summary>Tells it once for each due time, and once if the results of its run became too old.</summary>
    public async Task TellAsync(StoredSchedule stored, DateTimeOffset now, CancellationToken ct)
    {
        var late = OverdueRun.Of(stored, now);
        if ((late ?? AgedRun.Of(stored, now)) is not { } overdue) return;
        var key = (stored.ScheduleId, overdue.DueAt, IsAged: late is null);
        if (_told.Contains(key)) return;
        await outbox.AddStaleAsync(stored.ScheduleId, new()
        {
            Answer = GateAnswer.Stale,
            Reason = overdue.Reason,
            Schedule = stored.Schedule.Name,
            DueAt = overdue.DueAt,
            SweepId = overdue.SweepId,
            SweepName = stored.Schedule.Sweep.Name,
            BaselineSweepId = stored.Schedule.Baseline,
            LastAnswer = key.IsAged ? stored.LastVerdict?.Answer : null,
        }, overdue.Since, ct, key.IsAged ? "aged" : "due");
        _told.Add(key);
    }
}
