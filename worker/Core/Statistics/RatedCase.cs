namespace RebaseBatch.Core.Statistics;

/// <summary>Something that was given a score, and how it turned out.</summary>
/// <param name="Score">0 to 1.</param>
/// <param name="Right">How far it was right, 0 to 1: for a solution 0 or 1, for a step the share of the solutions behind it that are
/// right.</param>
readonly record struct RatedCase(double Score, double Right);
