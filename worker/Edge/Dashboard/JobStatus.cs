using RebaseBatch.Contracts;

namespace RebaseBatch.Edge.Dashboard;

/// <summary>The progress of one job, over all workers.</summary>
sealed record JobStatus
{
    public required long JobId { get; init; }

    public required string Name { get; init; }

    /// <summary>The dataset's name without the ending of its file; null without a file.</summary>
    public string? Dataset { get; init; }

    /// <summary>Each as key=value, or key alone.</summary>
    public IReadOnlyList<string> Tags { get; init; } = [];

    /// <summary>queued, running, paused, cancelling, completed, completed_with_failures or cancelled.</summary>
    public required string State { get; init; }

    public required SearchStrategy Strategy { get; init; }

    public required int Width { get; init; }

    public required string Policy { get; init; }

    public required string? Reward { get; init; }

    public required int Problems { get; init; }

    /// <summary>Problems with a result, the failed ones included.</summary>
    public required int Answered { get; init; }

    /// <summary>The answered problems, and those whose search has ended and whose batch still has to commit their results.</summary>
    public required int Done { get; init; }

    public required int Failed { get; init; }

    /// <summary>Problems to which the job's own vote has no answer, the failed ones not included.</summary>
    public required int Unanswered { get; init; }

    /// <summary>The causes with their numbers, in words; null when no answer is missing.</summary>
    public string? UnansweredBecause { get; init; }

    /// <summary>Answered problems with a gold answer, without the failed ones.</summary>
    public required int Graded { get; init; }

    /// <summary>Share of the <see cref="Graded"/> answers so far that are right by the job's own vote; null without any.</summary>
    public required double? Accuracy { get; init; }

    /// <summary>Lower end of the accuracy's 95 % interval.</summary>
    public required double? AccuracyLow { get; init; }

    public required double? AccuracyHigh { get; init; }

    public required long Steps { get; init; }

    /// <summary>Policy tokens of the stored steps.</summary>
    public required long SampledTokens { get; init; }

    /// <summary>At the rate of the last half minute; null while the rate is not known.</summary>
    public required double? TokensPerSecond { get; init; }

    /// <summary>Null while nothing can be said, and while no worker has it.</summary>
    public required double? SecondsLeft { get; init; }

    /// <summary>How many workers hold a batch of it.</summary>
    public required int Workers { get; init; }

    /// <summary>What delays the job, in words; null for nothing.</summary>
    public required string? Remark { get; init; }

    /// <summary>Where this worker serves its report; null until it has ended.</summary>
    public required string? Report { get; init; }

    /// <summary>Where its result files lie; null while there is none.</summary>
    public required string? Files { get; init; }

    public required DateTimeOffset EnqueuedAt { get; init; }

    public required DateTimeOffset? StartedAt { get; init; }

    public required DateTimeOffset? FinishedAt { get; init; }
}
