namespace RebaseBatch.Contracts.Gates;

/// <summary>What a gate says of a schedule's run. Stored with the run, printed as JSON, and sent to webhooks.</summary>
public sealed record GateVerdict
{
    /// <summary>The worst of the critical cells; an advisory cell makes it <see cref="GateAnswer.Warn"/> at most.</summary>
    public required GateAnswer Answer { get; init; }

    /// <summary>Why, in one sentence.</summary>
    public required string Reason { get; init; }

    /// <summary>The schedule's name.</summary>
    public required string Schedule { get; init; }

    /// <summary>The run's due time; null: it never ran.</summary>
    public DateTimeOffset? DueAt { get; init; }

    /// <summary>When its last job ended; null if it has not ended.</summary>
    public DateTimeOffset? FinishedAt { get; init; }

    /// <summary>When the newest of the run's jobs that were compared ended; null without one, and in verdicts of older versions.</summary>
    public DateTimeOffset? MeasuredAt { get; init; }

    /// <summary>Cells that were compared and for which the run did nothing: it has results that were there before it.</summary>
    public int Repeated { get; init; }

    /// <summary>Jobs of <see cref="Cells"/> that were deleted since. Only an answer at a moment has them; they are never stored.</summary>
    public IReadOnlyList<long> DeletedJobs { get; init; } = [];

    /// <summary>The run's sweep.</summary>
    public long? SweepId { get; init; }

    public string? SweepName { get; init; }

    /// <summary>The sweep that it was held against.</summary>
    public long? BaselineSweepId { get; init; }

    public DateTimeOffset? BaselineFinishedAt { get; init; }

    /// <summary>In the baseline's order.</summary>
    public IReadOnlyList<GateCell> Cells { get; init; } = [];

    /// <summary>Cells of the run that the baseline lacks, so that nothing is said of them.</summary>
    public IReadOnlyList<string> NotInBaseline { get; init; } = [];

    /// <summary>In what the engines, models or machines of both runs differ, one line each.</summary>
    public IReadOnlyList<string> EngineChanges { get; init; } = [];

    /// <summary>What the baseline and the run ran on, side by side.</summary>
    public IReadOnlyList<GateFact> RanOn { get; init; } = [];

    /// <summary>The policy's chance of a false <see cref="GateAnswer.Block"/>.</summary>
    public double Level { get; init; } = 0.05;

    /// <summary>The chance with which <see cref="SmallestDrop"/> is seen.</summary>
    public double Power { get; init; } = 0.8;

    /// <summary>If the answer is <see cref="GateAnswer.Stale"/>, the answer to the newest run that was judged; null without one.</summary>
    public GateAnswer? LastAnswer { get; init; }

    /// <summary>The smallest drop that every critical cell would show with the policy's power; null if nothing was compared.</summary>
    public double? SmallestDrop { get; init; }
}
