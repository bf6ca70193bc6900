using RebaseBatch.Contracts;

namespace RebaseBatch.Durable.Results;

/// <summary>The sums over a job's committed results.</summary>
sealed record JobTotals
{
    public required JobSpec Spec { get; init; }
    public required JobState State { get; init; }

    /// <summary>Problems of the whole job.</summary>
    public required int Problems { get; init; }

    /// <summary>Problems with a committed result, the failed ones included.</summary>
    public required int Answered { get; init; }

    /// <summary>Problems whose result is an error.</summary>
    public required int Failed { get; init; }

    /// <summary>Problems to which the job's own vote has no answer, the failed ones not included.</summary>
    public required int Unanswered { get; init; }

    /// <summary>The main causes of the missing answers, the most frequent first.</summary>
    public required IReadOnlyList<UnansweredRecord> UnansweredCauses { get; init; }

    public required long SampledTokens { get; init; }

    /// <summary>2 × parameters × sampled tokens of the policy.</summary>
    public required double PolicyFlops { get; init; }

    /// <summary>2 × parameters × evaluated tokens of all models.</summary>
    public required double TotalFlops { get; init; }

    /// <summary>Sum of the searches' own wall times; searches run side by side.</summary>
    public required double SearchSeconds { get; init; }

    public required long Nodes { get; init; }
    public required DateTimeOffset EnqueuedAt { get; init; }

    /// <summary>Null while the job has not ended.</summary>
    public required DateTimeOffset? FinishedAt { get; init; }

    /// <summary>An estimate of the tokens that were not sampled because votes were decided.</summary>
    public required long SavedTokensEstimate { get; init; }

    /// <summary>Why problems ended early, the most frequent reason first.</summary>
    public required IReadOnlyList<EarlyEndRecord> EndedEarly { get; init; }

    public required ModelTotals Policy { get; init; }

    /// <summary>Null for a job without a reward model.</summary>
    public required ModelTotals? Reward { get; init; }

    /// <summary>Null for a job without an embedding model.</summary>
    public ModelTotals? Embedding { get; init; }
}
