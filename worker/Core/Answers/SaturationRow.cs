using RebaseBatch.Core.Statistics;

namespace RebaseBatch.Core.Answers;

/// <summary>How often votes among a number of independent samples are right.</summary>
/// <param name="Samples">1 or more; null for the limit of ever more samples.</param>
/// <param name="Weighted">Null for unscored samples.</param>
sealed record SaturationRow(int? Samples, Estimate Majority, Estimate? Weighted)
{
    /// <summary>How often any of them is right (<see cref="PassAtK"/>), which no vote can beat; null for the limit.</summary>
    public Estimate? AnyRight { get; init; }
}
