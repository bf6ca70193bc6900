namespace RebaseBatch.Core.Statistics;

/// <summary>The cases whose scores are in one range.</summary>
/// <param name="Low">The range's lower end, which belongs to it.</param>
/// <param name="High">The upper end, which belongs to the next range; 1 belongs to the last one.</param>
/// <param name="Cases">At least 1.</param>
/// <param name="Clusters">Number of clusters that the cases come from.</param>
/// <param name="Score">Their mean score.</param>
/// <param name="Right">The share of them that is right.</param>
readonly record struct ReliabilityBin(double Low, double High, long Cases, int Clusters, double Score, Estimate Right);
