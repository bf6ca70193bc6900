using System.ComponentModel.DataAnnotations;

namespace RebaseBatch.Inference.Catalog;

/// <summary>
/// Section <c>Rebase:Models:NAME:SelfTest</c>: a solution with known scores. It is scored whenever the reward model is loaded.
/// </summary>
sealed class SelfTestOptions : IValidatableObject
{
    public string Question { get; set; } = "";

    public List<SelfTestStep> Steps { get; set; } = [];

    /// <summary>How far a score may be from the known one.</summary>
    [Range(0.0, 1.0)]
    public double Tolerance { get; set; } = 0.02;

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (Question.Length == 0) yield return new("a self-test has a question", [nameof(Question)]);
        if (Steps.Count == 0) yield return new("a self-test has at least one step", [nameof(Steps)]);
    }
}
