namespace RebaseBatch.Inference.Rewards;

/// <summary>
/// The texts around steps in a reward convention, and what its catalog entry states about them. Each convention uses those that it needs.
/// </summary>
sealed record RewardPreset
{
    /// <summary>The text after each step; the step is judged there. One token of the model.</summary>
    public string Tag { get; init; } = "ки";

    /// <summary>Label of a good step, one token of the model.</summary>
    public string Good { get; init; } = "+";

    /// <summary>Label of a bad step, one token of the model.</summary>
    public string Bad { get; init; } = "-";

    /// <summary>The text before the question.</summary>
    public string BeforeQuestion { get; init; } = "";

    /// <summary>The text between a step and its tag.</summary>
    public string BeforeTag { get; init; } = " ";

    /// <summary>
    /// The text between the question and the first step: a space in the published Math-Shepherd, a line break in the bundled one.
    /// </summary>
    public string AfterQuestion { get; init; } = "\n";

    /// <summary>The text between a step's tag and the next step.</summary>
    public string BetweenSteps { get; init; } = "\n";

    /// <summary>The tag's token as the entry states it, for a check; null when it states none.</summary>
    public int? TagId { get; init; }

    /// <summary>The good label's token as the entry states it; null when it states none.</summary>
    public int? GoodId { get; init; }

    /// <summary>The bad label's token as the entry states it; null when it states none.</summary>
    public int? BadId { get; init; }

    /// <summary>Safetensors file with the head over hidden states; null in a convention without one.</summary>
    public string? Head { get; init; }
}
