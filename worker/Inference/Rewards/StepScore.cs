using RebaseBatch.Core.Searching;

namespace RebaseBatch.Inference.Rewards;

/// <summary>The reward model's score of a step.</summary>
/// <param name="Score">0 to 1.</param>
/// <param name="Cost">What went through the reward model for it.</param>
readonly record struct StepScore(double Score, ModelCost Cost);
