namespace RebaseBatch.Evaluation.Sweeps;

/// <summary>What a job will probably cost.</summary>
/// <param name="PolicyFlops">2 × parameters × sampled tokens of the policy, for all problems.</param>
/// <param name="TotalFlops">Of all tokens through both models; null when no scored job of the kind ran before.</param>
/// <param name="Seconds">Of one worker with no other job in hand; null when no job of the kind was timed.</param>
sealed record JobCost(double PolicyFlops, double? TotalFlops, double? Seconds, EstimateBasis Basis);
