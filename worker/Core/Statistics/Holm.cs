namespace RebaseBatch.Core.Statistics;

/// <summary>
/// Corrects several tests at once: the chance of even one false finding stays below the level (S. Holm, Scandinavian Journal of Statistics
/// 6, 1979).
/// </summary>
static class Holm
{
    /// <returns>The corrected p-values, in the same order, each at most 1: compare these with the level.</returns>
    public static double[] Adjusted(IReadOnlyList<double> p)
    {
        var adjusted = new double[p.Count];
        var greatest = 0.0;
        // The smallest p-value is multiplied by the number of tests, the next by one less, and so on; none gets smaller than the one before
        // it.
        foreach (var (i, rank) in Enumerable.Range(0, p.Count).OrderBy(i => p[i]).Select((i, rank) => (i, rank)))
            adjusted[i] = greatest = Math.Max(greatest, Math.Min(1, p[i] * (p.Count - rank)));
        return adjusted;
    }
}
