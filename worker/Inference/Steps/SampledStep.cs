using RebaseBatch.Core.Searching;

namespace RebaseBatch.Inference.Steps;

/// <summary>A step that the policy sampled.</summary>
/// <param name="Tokens">The step's tokens, without end-of-generation and trimmed ones.</param>
/// <param name="Sampled">Tokens drawn, including end-of-generation and trimmed ones.</param>
/// <param name="Cost">What the step cost in the policy.</param>
sealed record SampledStep(int[] Tokens, string Text, StepEnd End, int Sampled, ModelCost Cost);
