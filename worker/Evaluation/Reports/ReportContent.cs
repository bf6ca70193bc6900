using RebaseBatch.Evaluation.Flips;
using RebaseBatch.Evaluation.Reports.ModelQuality;
using RebaseBatch.Evaluation.Reports.Trees;

namespace RebaseBatch.Evaluation.Reports;

/// <summary>Everything that a page shows of one dataset.</summary>
/// <param name="Saturations">One for each policy with a sampling job of two or more samples.</param>
sealed record ReportContent(MeasuredDataset Evaluation, IReadOnlyList<SaturationCurve> Saturations, IReadOnlyList<SearchTree> Trees)
{
    /// <summary>One for each search of the figures.</summary>
    public IReadOnlyList<PointChance> Chances { get; init; } = [];

    /// <summary>One for each policy, reward model and strategy.</summary>
    public IReadOnlyList<ScoreCalibration> Calibrations { get; init; } = [];

    /// <summary>Which problems flipped; null unless the report is of two runs.</summary>
    public FlipReport? Flips { get; init; }
}
