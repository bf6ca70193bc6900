namespace RebaseBatch.Evaluation.Schedules;

/// <summary>Decides whether a schedule is to be fired. Pure.</summary>
static class DueRun
{
    /// <summary>A worker that looks every few seconds has missed nothing that was due no longer ago than this.</summary>
    public static readonly TimeSpan OnTime = TimeSpan.FromMinutes(5);

    /// <returns>The due time to fire for; null when none is to be.</returns>
    public static DateTimeOffset? Of(StoredSchedule stored, DateTimeOffset now)
    {
        var schedule = stored.Schedule;
        if (schedule.Times.LastWithin(stored.LastDueAt ?? stored.CreatedAt, now) is not { } due) return null;
        if (schedule.Missed is MissedPolicy.Skip && now - due > OnTime) return null;
        // Begun after its window it would stop at once.
        return schedule.ClosingOf(due) <= now ? null : due;
    }
}
