using RebaseBatch.Core.Answers;

namespace RebaseBatch.Evaluation.Reports;

/// <summary>How votes of one sampling job grow with the number of samples.</summary>
/// <param name="Rows">The last one is the limit.</param>
sealed record SaturationCurve(long JobId, string Policy, IReadOnlyList<SaturationRow> Rows);
