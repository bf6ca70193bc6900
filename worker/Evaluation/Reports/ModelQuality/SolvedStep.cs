namespace RebaseBatch.Evaluation.Reports.ModelQuality;

/// <summary>A step of a search's tree.</summary>
/// <param name="Parent">Number of the step before it; 0 is the question.</param>
/// <param name="Score">Null for an unscored step.</param>
readonly record struct SolvedStep(int No, int Parent, int Depth, double? Score);
