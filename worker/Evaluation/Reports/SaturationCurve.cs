using RebaseBatch.Core.Answers;

namespace RebaseBatch.Evaluation.Reports;

/// <summary>How the votes' accuracy grows with the number of samples of one sampling job.</summary>
/// <param name="Rows">The last one is the limit.</param>
sealed record SaturationCurve(long JobId, string Policy, IReadOnlyList<SaturationRow> Rows)
{
    /// <summary>The problems that each row is over.</summary>
    public int Problems { get; init; }
}
