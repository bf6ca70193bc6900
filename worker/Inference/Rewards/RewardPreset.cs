namespace RebaseBatch.Inference.Rewards;

/// <summary>The texts around steps in a reward convention, and what its catalog entry states of them. Each convention uses what it has use for.</summary>
/// <param name="Tag">Stands behind each step; the step is judged at it. One token of the model.</param>
/// <param name="Good">Label of a good step, one token likewise.</param>
/// <param name="Bad">Label of a bad step, one token likewise.</param>
/// <param name="AfterQuestion">Between the question and the first step: a space in the published Math-Shepherd, a line break in the bundled one.</param>
/// <param name="BetweenSteps">Between a step's tag and the next step.</param>
/// <param name="TagId">The tag's token as the entry states it, to be checked; null when it states none.</param>
/// <param name="GoodId">The good label's token likewise.</param>
/// <param name="BadId">The bad label's token likewise.</param>
/// <param name="Head">Safetensors file with the head over hidden states; null in a convention without one.</param>
sealed record RewardPreset(
    string Tag = "ки", string Good = "+", string Bad = "-", string AfterQuestion = "\n", string BetweenSteps = "\n",
    int? TagId = null, int? GoodId = null, int? BadId = null, string? Head = null);
