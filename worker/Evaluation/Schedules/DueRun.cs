namespace RebaseBatch.Evaluation.Schedules;

/// <summary>Decides whether to fire a schedule. Pure.</summary>
static class DueRun
{
    /// <summary>A due time that is not older than this is not missed yet: workers check every few seconds.</summary>
    public static readonly TimeSpan OnTime = TimeSpan.FromMinutes(5);

    /// <returns>The due time to fire for; null if there is none.</returns>
    public static DateTimeOffset? Of(StoredSchedule stored, DateTimeOffset now)
    {
        var schedule = stored.Schedule;
        if (schedule.Times.LastWithin(stored.LastDueAt ?? stored.CreatedAt, now) is not { } due) return null;
        if (schedule.Missed is MissedPolicy.Skip && now - due > OnTime) return null;
        // A run that began after its window would stop at once.
        return schedule.ClosingOf(due) <= now ? null : due;
    }
}
