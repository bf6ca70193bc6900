namespace RebaseBatch.Evaluation.Sweeps;

/// <summary>What a job will probably cost.</summary>
/// <param name="PolicyFlops">2 × parameters × sampled tokens of the policy, for all problems.</param>
/// <param name="TotalFlops">FLOPs of all tokens through both models; null if no similar scored job ran before.</param>
/// <param name="Seconds">Time of one worker that has no other job; null if no similar job was timed.</param>
sealed record JobCost(double PolicyFlops, double? TotalFlops, double? Seconds, EstimateBasis Basis);
