namespace RebaseBatch.Core.Searching;

/// <summary>What one step cost.</summary>
/// <param name="Sampled">Tokens drawn from the policy, trimmed ones included.</param>
readonly record struct StepCost(int Sampled, ModelCost Policy, ModelCost Reward);
