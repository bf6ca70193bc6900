namespace RebaseBatch.Evaluation.Schedules;

/// <summary>A schedule with what has become of it.</summary>
/// <param name="CreatedAt">From when on it is due.</param>
/// <param name="LastDueAt">Of its newest run; null before the first.</param>
/// <param name="LastSweepId">Of its newest run.</param>
/// <param name="LastIsOver">Whether all jobs of its newest run have ended.</param>
/// <param name="LastVerdict">Of its newest run that was held against the baseline; null before the first such.</param>
sealed record StoredSchedule(
    long ScheduleId, Schedule Schedule, DateTimeOffset CreatedAt, DateTimeOffset? LastDueAt, long? LastSweepId, bool LastIsOver, RunVerdict? LastVerdict)
{
    /// <summary>When it is due next, seen from <paramref name="now"/>; null for never.</summary>
    public DateTimeOffset? NextAfter(DateTimeOffset now) => Schedule.Times.After(now);
}
