using RebaseBatch.Core.Statistics;

namespace RebaseBatch.Evaluation.Reports.ModelQuality;

/// <summary>How well scores rank the steps of one depth, or the finished solutions.</summary>
/// <param name="Depth">Null for finished solutions; the greatest one stands for itself and all deeper ones.</param>
/// <param name="Cases">Scored steps that lead to a finished solution.</param>
/// <param name="Problems">Problems with both right and wrong ones at this depth.</param>
/// <param name="WithinProblem">The area under the curve over pairs of the same problem; null without such a pair.</param>
/// <param name="Overall">The same over all pairs; null unless there are right and wrong ones.</param>
sealed record RankingRow(int? Depth, long Cases, int Problems, Estimate? WithinProblem, double? Overall);
