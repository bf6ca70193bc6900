using RebaseBatch.Contracts;

namespace RebaseBatch.Evaluation.Exports;

/// <summary>An ended job as other tools' formats need it.</summary>
sealed record ExportedJob
{
    public required long JobId { get; init; }

    /// <summary>A random UUID (version 4) that no other job has, in any database.</summary>
    public required Guid Key { get; init; }

    public required JobSpec Spec { get; init; }
    public required JobOutcome Outcome { get; init; }

    /// <summary>Null for a job from before datasets had names.</summary>
    public required string? DatasetName { get; init; }

    /// <summary>SHA-256 of the problems in order, lower-case hex; null as the name is.</summary>
    public required string? DatasetSha256 { get; init; }

    public required int Problems { get; init; }
    public required int Answered { get; init; }
    public required int Failed { get; init; }
    public required DateTimeOffset EnqueuedAt { get; init; }

    /// <summary>Null for a job that was cancelled before a worker took it.</summary>
    public required DateTimeOffset? StartedAt { get; init; }

    public required DateTimeOffset FinishedAt { get; init; }

    /// <summary>Sums of the committed answers.</summary>
    public required ModelUsage Policy { get; init; }

    /// <summary>Null without a reward model.</summary>
    public required ModelUsage? Reward { get; init; }

    /// <summary>Every vote of the job, in the methods' order; empty without an answer.</summary>
    public required IReadOnlyList<AccuracyRecord> Votes { get; init; }

    /// <summary>Versions of the graders that gave the verdicts.</summary>
    public required IReadOnlyList<string> Graders { get; init; }

    /// <summary>What the steps were sampled on; empty for older results.</summary>
    public required IReadOnlyList<RunEnvironment> Environments { get; init; }

    /// <summary>The vote that gives the job's answers; null when no graded answer has it.</summary>
    public AccuracyRecord? Own =>
        Votes.FirstOrDefault(vote => vote.Graded > 0 && vote.Method == Spec.Voting && vote.Aggregation == Spec.Aggregation)
        // As Voting.JobsOwn: also for a job without a reward model.
        ?? Votes.FirstOrDefault(vote => vote.Graded > 0 && vote.Method is VotingMethod.Majority);

    /// <summary>The dataset's name, and something to call it when it has none.</summary>
    public string Dataset => DatasetName ?? "dataset";

    /// <summary>A vote's name in one word: majority, weighted_last.</summary>
    public static string NameOf(VotingMethod method, ScoreAggregation? aggregation) =>
        aggregation is { } by ? $"{StoredNames.Of(method)}_{StoredNames.Of(by)}" : StoredNames.Of(method);
}
