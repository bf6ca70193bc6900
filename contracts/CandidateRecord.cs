namespace RebaseBatch.Contracts;

/// <summary>One finished solution.</summary>
/// <param name="Node">Number of its last node in the search tree.</param>
/// <param name="StepScores">Reward of each scored step, first to last; empty for an unscored search.</param>
public sealed record CandidateRecord(int Node, string? Answer, string Text, IReadOnlyList<double> StepScores);
