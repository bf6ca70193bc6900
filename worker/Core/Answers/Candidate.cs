namespace RebaseBatch.Core.Answers;

/// <summary>One finished solution that may vote.</summary>
/// <param name="Node">Number of its last node.</param>
/// <param name="Text">Its steps' texts joined.</param>
/// <param name="Answer">The answer as written; null when the solution states none, and then it does not vote.</param>
/// <param name="StepScores">One per scored step, first to last; empty in an unscored search.</param>
sealed record Candidate(int Node, string Text, string? Answer, IReadOnlyList<double> StepScores);
