using RebaseBatch.Reports.Trees;

namespace RebaseBatch.Reports;

/// <summary>Everything that a page shows of one dataset.</summary>
/// <param name="Saturations">One for each policy with a sampling job of two or more samples.</param>
sealed record ReportContent(Evaluation Evaluation, IReadOnlyList<SaturationCurve> Saturations, IReadOnlyList<TreeCase> Trees);
