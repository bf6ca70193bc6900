using System.ComponentModel.DataAnnotations;

namespace RebaseBatch.Inference.Catalog;

/// <summary>A step of a self-test and its known score.</summary>
sealed class SelfTestStep
{
    public string Text { get; set; } = "";

    [Range(0.0, 1.0)]
    public double Score { get; set; }
}
