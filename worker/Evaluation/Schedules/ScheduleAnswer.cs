using RebaseBatch.Contracts.Gates;

namespace RebaseBatch.Evaluation.Schedules;

/// <summary>
/// What a schedule's gate says at a moment. Whatever keeps the newest run from being judged is an answer of its own, and never a pass.
/// Pure.
/// </summary>
static class ScheduleAnswer
{
    /// <param name="verdict">On the newest run that was judged; null without one.</param>
    /// <param name="notJudged">Why the newest run could not be judged; null if nothing prevents it.</param>
    /// <param name="maxAge">How old that run's results may be; null: as old as they like.</param>
    public static GateVerdict Of(StoredSchedule stored, GateVerdict? verdict, string? notJudged, TimeSpan? maxAge, DateTimeOffset now)
    {
        var last = verdict ?? Unjudged(stored);
        if (stored.Unreadable is { } why) return last with { Answer = GateAnswer.Incomparable, Reason = $"it {why}" };
        if (stored.Schedule.Baseline is not { } baseline)
            return last with
            {
                Answer = GateAnswer.Incomparable,
                Reason = "it has no baseline to hold its runs against: add the schedule with --baseline",
            };
        if (StaleRun.Of(stored, maxAge, now, MeasuredAt(stored, verdict)) is { } stale)
            return last with { Answer = GateAnswer.Stale, Reason = stale, LastAnswer = verdict?.Answer };
        if (verdict is not null && verdict.DueAt == stored.LastDueAt && notJudged is null) return verdict;
        return Unjudged(stored) with
        {
            Answer = GateAnswer.Incomparable,
            Reason = notJudged ?? $"the newest run is not judged, because its baseline, sweep {baseline}, is not finished",
        };
    }

    /// <summary>When the newest result of the newest run was there; null: not known, as that run was not judged.</summary>
    public static DateTimeOffset? MeasuredAt(StoredSchedule stored, GateVerdict? verdict) =>
        verdict is not null && verdict.DueAt == stored.LastDueAt ? verdict.MeasuredAt ?? verdict.FinishedAt : null;

    static GateVerdict Unjudged(StoredSchedule stored) => new()
    {
        Answer = GateAnswer.Incomparable, Reason = "", Schedule = stored.Schedule.Name, DueAt = stored.LastDueAt,
        SweepId = stored.LastSweepId, SweepName = stored.LastSweepId is null ? null : stored.Schedule.Sweep.Name,
        BaselineSweepId = stored.Schedule.Baseline,
    };
}
