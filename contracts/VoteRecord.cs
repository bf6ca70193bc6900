namespace RebaseBatch.Contracts;

/// <summary>What one voting method answers.</summary>
/// <param name="Aggregation">Null for the majority vote, which ignores scores.</param>
/// <param name="Answer">The answer as the first candidate of its class wrote it; null when no candidate has an answer.</param>
/// <param name="Correct">Null when the gold answer is unknown.</param>
/// <param name="Share">The winner's part of all votes or weights, 0 to 1; for best-of-n the winning score.</param>
public sealed record VoteRecord(VotingMethod Method, ScoreAggregation? Aggregation, string? Answer, bool? Correct, double Share);
