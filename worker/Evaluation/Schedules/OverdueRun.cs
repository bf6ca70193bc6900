using RebaseBatch.Evaluation.Summaries;

namespace RebaseBatch.Evaluation.Schedules;

/// <summary>A due time whose run is not finished when it should be. Pure.</summary>
/// <param name="SweepId">Null: the run never began.</param>
/// <param name="Since">The moment from which it was overdue.</param>
/// <param name="Reason">In one sentence.</param>
sealed record OverdueRun(DateTimeOffset DueAt, long? SweepId, DateTimeOffset Since, string Reason)
{
    /// <summary>A due time for which no run began within this is told. Workers check every few seconds.</summary>
    public static readonly TimeSpan LongestStart = TimeSpan.FromHours(1);

    /// <summary>When a window closes, searches still end their steps, and a worker judges the run.</summary>
    public static readonly TimeSpan AfterWindow = TimeSpan.FromMinutes(5);

    /// <summary>
    /// A run is overdue when its window has closed or its next due time has come, and its jobs have not all ended; or if it never began.
    /// </summary>
    /// <returns>Null when the schedule is on time.</returns>
    public static OverdueRun? Of(StoredSchedule stored, DateTimeOffset now)
    {
        var schedule = stored.Schedule;
        if (schedule.Times.LastWithin(stored.LastDueAt ?? stored.CreatedAt, now - LongestStart) is { } missed)
            return new(missed, null, missed + LongestStart,
                $"no run began for {VerdictText.Moment(missed)}: no worker ran, or none could run the schedule");
        if (stored is not { LastDueAt: { } due, LastSweepId: { } sweep, LastIsOver: false }) return null;
        var closed = schedule.ClosingOf(due) + AfterWindow;
        // Without the time after the window: the next run goes on with this one, and then it is no longer the newest.
        if (schedule.Times.After(due) is { } next && next <= now && (closed is null || next <= closed)) return new(due, sweep, next,
            $"the run of {VerdictText.Moment(due)} has not finished, although its next due time has come: it goes on");
        return closed <= now
            ? new(due, sweep, closed.Value,
                $"the run of {VerdictText.Moment(due)} did not finish before its window closed: it goes on at its next due time")
            : null;
    }
}
