using RebaseBatch.Contracts;

namespace RebaseBatch.Durable.Results;

/// <summary>The sums over a job's committed results.</summary>
/// <param name="Problems">Of the whole job.</param>
/// <param name="Answered">Problems with a committed result, the failed ones included.</param>
/// <param name="Failed">Problems whose result is an error.</param>
/// <param name="PolicyFlops">2 × parameters × sampled tokens of the policy.</param>
/// <param name="TotalFlops">2 × parameters × evaluated tokens of both models.</param>
/// <param name="SearchSeconds">Sum of the searches' own wall times; searches run side by side.</param>
/// <param name="FinishedAt">Null while the job has not ended.</param>
/// <param name="SavedTokensEstimate">Tokens not sampled because votes were decided, as estimated.</param>
/// <param name="EndedEarly">Why problems ended early, the most frequent reason first.</param>
/// <param name="Reward">Null for a job without a reward model.</param>
sealed record JobTotals(
    JobSpec Spec, JobState State, int Problems, int Answered, int Failed, long SampledTokens, double PolicyFlops, double TotalFlops,
    double SearchSeconds, long Nodes, DateTimeOffset EnqueuedAt, DateTimeOffset? FinishedAt, long SavedTokensEstimate, IReadOnlyList<EarlyEndRecord> EndedEarly,
    ModelTotals Policy, ModelTotals? Reward);
