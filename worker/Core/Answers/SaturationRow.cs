using RebaseBatch.Core.Statistics;

namespace RebaseBatch.Core.Answers;

/// <summary>How often votes among so many independent samples are right.</summary>
/// <param name="Samples">1 or more; null for the limit, where they are more and more.</param>
/// <param name="Weighted">Null for unscored samples.</param>
sealed record SaturationRow(int? Samples, Estimate Majority, Estimate? Weighted);
