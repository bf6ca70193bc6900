namespace RebaseBatch.Evaluation.Reports.Charts;

/// <summary>A mark on an axis; without a label it is a small one.</summary>
readonly record struct Tick(double Value, string? Label);
