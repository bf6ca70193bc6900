using RebaseBatch.Contracts;

namespace RebaseBatch.Evaluation.Sweeps;

/// <summary>One line of the list of sweeps.</summary>
sealed record SweepRow
{
    public required long SweepId { get; init; }
    public required string Name { get; init; }
    public required TagSet Tags { get; init; }
    public required SweepState State { get; init; }

    /// <summary>The datasets' file names, each once.</summary>
    public required IReadOnlyList<string> Datasets { get; init; }

    /// <summary>The schedule whose newest run it is; null for none.</summary>
    public required string? Schedule { get; init; }

    public required int Jobs { get; init; }

    /// <summary>Jobs that have not begun.</summary>
    public required int Waiting { get; init; }

    public required int Running { get; init; }

    /// <summary>Completed jobs, those with failed problems included.</summary>
    public required int Done { get; init; }

    public required int Cancelled { get; init; }

    /// <summary>Jobs of which a problem failed.</summary>
    public required int FailedJobs { get; init; }

    public required long Problems { get; init; }

    /// <summary>Problems with a result, the failed ones included.</summary>
    public required long Answered { get; init; }

    public required long Failed { get; init; }

    public required DateTimeOffset EnqueuedAt { get; init; }
}
