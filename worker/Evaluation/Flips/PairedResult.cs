namespace RebaseBatch.Evaluation.Flips;

/// <summary>What one job made of a problem.</summary>
/// <param name="Answered">Whether there is a result, also an error; a cancelled job leaves problems without one.</param>
/// <param name="Correct">Null without a right answer, and for a failed problem.</param>
readonly record struct PairedResult(long ProblemId, bool Answered, bool Failed, bool? Correct);
