using RebaseBatch.Evaluation.Gates;

namespace RebaseBatch.Evaluation.History;

/// <summary>A run without a verdict that can be shown. Pure.</summary>
sealed record NightGap
{
    /// <summary>When the next run was due, if that one continues this run's sweep; null otherwise.</summary>
    public required DateTimeOffset? ContinuedAt { get; init; }

    /// <summary>The stored answer; null: no gate judged it.</summary>
    public required string? Answer { get; init; }

    public required int Jobs { get; init; }

    public required int Unfinished { get; init; }

    /// <summary>Cells that got worse, as an older version stored them; null: it was not held against its baseline.</summary>
    public required int? Losses { get; init; }

    /// <summary>The schedule's baseline sweep; null without one.</summary>
    public required long? Baseline { get; init; }

    public required bool BaselineIsUnfinished { get; init; }

    public string Reason => this switch
    {
        { ContinuedAt: { } at } => $"not finished in its time: the run of {at.UtcDateTime:yyyy-MM-dd HH:mm}Z continued it",
        { Answer: { } answer } => $"{answer.ToUpperInvariant()}, by a newer version: this version can't read its verdict",
        { Unfinished: > 0 } => $"not finished: {Jobs - Unfinished} of {GateText.Count(Jobs, "job")} ended",
        { Losses: { } losses } => "judged by an older version, which had no gate: "
            + (losses == 0 ? "nothing got worse" : $"{GateText.Count(losses, "cell")} got worse"),
        { Baseline: null } => "not judged: the schedule has no baseline",
        { BaselineIsUnfinished: true } => $"not judged: its baseline, sweep {Baseline}, is not finished",
        _ => "not judged yet: a running worker or 'rebase schedules check' judges it",
    };
}
