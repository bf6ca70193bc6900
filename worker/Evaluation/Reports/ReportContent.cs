using RebaseBatch.Evaluation.Reports.Trees;

namespace RebaseBatch.Evaluation.Reports;

/// <summary>Everything that a page shows of one dataset.</summary>
/// <param name="Saturations">One for each policy with a sampling job of two or more samples.</param>
sealed record ReportContent(MeasuredDataset Evaluation, IReadOnlyList<SaturationCurve> Saturations, IReadOnlyList<SearchTree> Trees);
