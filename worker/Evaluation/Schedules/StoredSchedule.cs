using RebaseBatch.Contracts.Gates;

namespace RebaseBatch.Evaluation.Schedules;

/// <summary>A stored schedule with its latest run.</summary>
/// <param name="CreatedAt">Only due times after this moment count.</param>
/// <param name="LastDueAt">The due time of its newest run; null before the first.</param>
/// <param name="LastSweepId">The sweep of its newest run; null before the first.</param>
/// <param name="LastIsOver">Whether all jobs of its newest run have ended.</param>
/// <param name="LastVerdict">The verdict on the newest run that has one; null before the first.</param>
sealed record StoredSchedule(
    long ScheduleId, Schedule Schedule, DateTimeOffset CreatedAt, DateTimeOffset? LastDueAt, long? LastSweepId, bool LastIsOver,
    GateVerdict? LastVerdict)
{
    /// <summary>Its policy as it is stored; null: the defaults.</summary>
    public string? Gate { get; init; }

    /// <summary>Problems of its newest run that failed.</summary>
    public int LastFailed { get; init; }

    /// <summary>Why this version can't read it, and so never fires it; null if it can. Then its sweep is empty.</summary>
    public string? Unreadable { get; init; }

    /// <summary>When it is due next, seen from <paramref name="now"/>; null for never, and when this version can't read it.</summary>
    public DateTimeOffset? NextAfter(DateTimeOffset now) => Unreadable is null ? Schedule.Times.After(now) : null;
}
