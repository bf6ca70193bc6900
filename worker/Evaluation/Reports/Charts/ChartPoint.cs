using RebaseBatch.Core.Statistics;

namespace RebaseBatch.Evaluation.Reports.Charts;

/// <summary>One measured value.</summary>
/// <param name="Y">With its interval.</param>
/// <param name="Note">What a reader sees when pointing at it.</param>
/// <param name="Ringed">Whether it is marked as part of the Pareto front.</param>
readonly record struct ChartPoint(double X, Estimate Y, string Note, bool Ringed = false);
