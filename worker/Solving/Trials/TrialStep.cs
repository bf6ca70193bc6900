using RebaseBatch.Core.Searching;

namespace RebaseBatch.Solving.Trials;

/// <summary>A step that the policy sampled in a trial.</summary>
/// <param name="Tokens">How many tokens it kept.</param>
/// <param name="Score">0 to 1; null without a reward model, or when the step does not fit into the reward model's context.</param>
sealed record TrialStep(string Text, StepEnd End, int Tokens, double? Score);
