namespace RebaseBatch.Core.Statistics;

/// <summary>A share, 0 to 1, with its 95 % interval.</summary>
readonly record struct Estimate(double Value, double Low, double High);
