namespace RebaseBatch.Evaluation.Gates;

/// <summary>A schedule's run that has ended, and what it is held against. All times are in UTC.</summary>
sealed record JudgedRun
{
    public required long ScheduleId { get; init; }

    /// <summary>The schedule's name.</summary>
    public required string Schedule { get; init; }

    public required DateTime DueAt { get; init; }

    public required DateTime? FinishedAt { get; init; }

    public required long SweepId { get; init; }

    public required string? SweepName { get; init; }

    /// <summary>The sweep that it is held against. All its jobs have ended.</summary>
    public required long Baseline { get; init; }

    public required DateTime? BaselineFinishedAt { get; init; }

    /// <summary>The baseline's sweep as it is stored; null: not known.</summary>
    public string? BaselineSpec { get; init; }

    /// <summary>The places of the jobs that it still has.</summary>
    public int[]? BaselinePlaces { get; init; }

    /// <summary>The schedule's policy as it is stored; null: the defaults.</summary>
    public required string? Gate { get; init; }
}
