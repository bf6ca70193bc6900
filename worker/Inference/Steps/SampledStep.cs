using RebaseBatch.Core.Searching;

namespace RebaseBatch.Inference.Steps;

/// <summary>A step as the policy gave it.</summary>
/// <param name="Tokens">The step's tokens; end-of-generation and trimmed ones left out.</param>
/// <param name="Sampled">Tokens drawn, with those left out.</param>
/// <param name="Cost">What went through the policy for it.</param>
sealed record SampledStep(int[] Tokens, string Text, StepEnd End, int Sampled, ModelCost Cost);
