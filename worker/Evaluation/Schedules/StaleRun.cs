using RebaseBatch.Platform.Text;

namespace RebaseBatch.Evaluation.Schedules;

/// <summary>Decides whether a schedule's newest verdict is of its newest due run. Pure.</summary>
static class StaleRun
{
    /// <param name="maxAge">How old the newest judged run's results may be; null: as old as they like.</param>
    /// <param name="now">By the database's clock, as the due times are.</param>
    /// <param name="measured">When the newest of these results was there; null: not known, so that the due time counts.</param>
    /// <returns>Why the verdict is stale, in one sentence; null if it is not.</returns>
    public static string? Of(StoredSchedule stored, TimeSpan? maxAge, DateTimeOffset now, DateTimeOffset? measured = null)
    {
        var times = stored.Schedule.Times;
        if (times.LastWithin(stored.LastDueAt ?? stored.CreatedAt, now) is { } due)
            return $"it was due at {Text(due)}, and no worker has started that run: {Way(stored, due, now)}";
        if (stored.LastDueAt is not { } last)
            return $"no run has finished yet: {(times.After(now) is { } next ? $"the first is due at {Text(next)}" : "it is never due")}";
        // A clock that ran ahead and was set back: nothing is due until then, and no age would ever be too great.
        if (last - now > DueRun.OnTime)
            return $"the newest run is of {Text(last)}, and by the database's clock that is still to come: the clock was set back";
        if (!stored.LastIsOver) return $"the run of {Text(last)}, sweep {stored.LastSweepId}, is not finished";
        // A run may have results of before it: they are as old as they are.
        return maxAge is { } most && now - (measured ?? last) > most
            ? $"the results of the newest run, of {Text(last)}, are {(measured is { } end ? $"of {Text(end)} and " : "")}older than "
                + Age(most)
            : null;
    }

    static string Way(StoredSchedule stored, DateTimeOffset due, DateTimeOffset now) =>
        DueRun.Of(stored, now) is null
            ? $"its time is over{(stored.Schedule.ClosingOf(due) <= now ? ", as its window has closed" : ", as missed runs are skipped")}"
            : "is a worker running?";

    static string Text(DateTimeOffset moment) => $"{moment.UtcDateTime:yyyy-MM-dd HH:mm}Z";

    static string Age(TimeSpan age) => DurationText.Of(age);
}
