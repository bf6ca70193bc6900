using RebaseBatch.Contracts;

namespace RebaseBatch.Evaluation.Sweeps;

/// <summary>One job of a sweep, and where it stands.</summary>
sealed record SweepCell
{
    public required long JobId { get; init; }

    /// <summary>As <c>v_jobs.state</c>.</summary>
    public required string State { get; init; }

    public required string? DatasetName { get; init; }
    public required string Policy { get; init; }
    public required string? Reward { get; init; }
    public required string Strategy { get; init; }
    public required int? Width { get; init; }
    public required long Seed { get; init; }
    public required TagSet Tags { get; init; }
    public required int Problems { get; init; }

    /// <summary>Problems with a result, the failed ones included.</summary>
    public required int Answered { get; init; }

    public required int Failed { get; init; }
    public required int Unanswered { get; init; }

    /// <summary>Of the <see cref="Graded"/> answers so far, those that are right by the job's own vote.</summary>
    public required int Correct { get; init; }

    public required int Graded { get; init; }
}
