namespace RebaseBatch.Inference.Rewards;

/// <summary>The texts around steps in the math-shepherd convention.</summary>
/// <param name="Tag">Stands behind each step; the step is judged at it. One token of the model.</param>
/// <param name="Good">Label of a good step, one token likewise.</param>
/// <param name="Bad">Label of a bad step, one token likewise.</param>
/// <param name="AfterQuestion">Between the question and the first step: a space in the published model, a line break in the bundled one.</param>
/// <param name="BetweenSteps">Between a step's tag and the next step.</param>
sealed record RewardPreset(string Tag = "ки", string Good = "+", string Bad = "-", string AfterQuestion = "\n", string BetweenSteps = "\n");
