using RebaseBatch.Core.Searching;

namespace RebaseBatch.Inference.Steps;

/// <summary>A step as the policy gave it.</summary>
/// <param name="Tokens">The step's tokens, without end-of-generation and trimmed ones.</param>
/// <param name="Sampled">Tokens drawn, including those.</param>
/// <param name="Cost">What went through the policy for it.</param>
sealed record SampledStep(int[] Tokens, string Text, StepEnd End, int Sampled, ModelCost Cost);
