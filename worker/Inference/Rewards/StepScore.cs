using RebaseBatch.Core.Searching;

namespace RebaseBatch.Inference.Rewards;

/// <summary>The reward model's score of a step.</summary>
/// <param name="Score">0 to 1.</param>
/// <param name="Cost">What the score cost in the reward model.</param>
readonly record struct StepScore(double Score, ModelCost Cost);
