using System.Text.Json.Serialization;

namespace RebaseBatch.Contracts;

/// <summary>The file written when a job's last batch ends.</summary>
public sealed record JobSummary
{
    public required long JobId { get; init; }
    public required JobSpec Spec { get; init; }
    public required JobOutcome State { get; init; }
    public required int Problems { get; init; }

    /// <summary>Problems with a result, the failed ones included.</summary>
    public required int Answered { get; init; }

    /// <summary>Problems whose result is an error; no accuracy counts them.</summary>
    public required int Failed { get; init; }

    /// <summary>
    /// Problems to which the job's own vote has no answer, the failed ones not included: with a gold answer they count as not right. 0 in
    /// a summary that is older than this field.
    /// </summary>
    public int Unanswered { get; init; }

    /// <summary>
    /// The main causes of the missing answers, the most frequent first; null in a summary that is older than this field.
    /// </summary>
    public IReadOnlyList<UnansweredRecord>? UnansweredCauses { get; init; }

    public IReadOnlyList<AccuracyRecord> Accuracy { get; init; } = [];

    /// <summary>Tokens drawn from the policy.</summary>
    public long SampledTokens { get; init; }

    /// <summary>The policy's sums over the problems; null in a summary that is older than this field.</summary>
    public ModelTotals? Policy { get; init; }

    /// <summary>The reward model's sums; null also for a job without a reward model.</summary>
    public ModelTotals? Reward { get; init; }

    /// <summary>The embedding model's sums; null, and left out, for a job without one.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public ModelTotals? Embedding { get; init; }

    /// <summary>2 × parameters × sampled tokens of the policy.</summary>
    public double PolicyFlops { get; init; }

    /// <summary>2 × parameters × evaluated tokens, all models together.</summary>
    public double TotalFlops { get; init; }

    /// <summary>An estimate of the tokens that were not sampled because votes were decided; 0 unless the job has StopWhenDecided.</summary>
    public long SavedTokensEstimate { get; init; }

    /// <summary>Why problems ended early, the most frequent reason first; null in a summary that is older than this field.</summary>
    public IReadOnlyList<EarlyEndRecord>? EndedEarly { get; init; }

    public DateTimeOffset EnqueuedAt { get; init; }
    public DateTimeOffset FinishedAt { get; init; }
}
