namespace RebaseBatch.Searching;

/// <summary>What one step cost, in tokens.</summary>
/// <param name="Sampled">Drawn from the policy, trimmed ones included.</param>
/// <param name="PolicyEvaluated">Decoded by the policy for this step, after prefix sharing and with re-encoded prefixes.</param>
/// <param name="RewardEvaluated">Decoded by the reward model for this step, likewise.</param>
readonly record struct StepCost(int Sampled, int PolicyEvaluated, int RewardEvaluated);
