namespace RebaseBatch.Evaluation.Reports.Charts;

/// <summary>A part of a stacked bar.</summary>
/// <param name="Value">0 or more.</param>
readonly record struct BarPart(double Value, string Note);
