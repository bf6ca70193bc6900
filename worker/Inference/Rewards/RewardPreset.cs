namespace RebaseBatch.Inference.Rewards;

/// <summary>The texts around steps in the math-shepherd convention.</summary>
/// <param name="AfterQuestion">Between the question and the first step: a space in the published model, a line break in the bundled one.</param>
sealed record RewardPreset(string Tag = "ки", string Good = "+", string Bad = "-", string AfterQuestion = "\n", string BetweenSteps = "\n");
