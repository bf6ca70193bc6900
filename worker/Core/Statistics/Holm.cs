namespace RebaseBatch.Core.Statistics;

/// <summary>
/// Several tests at once: the chance of even one false finding stays below the level (S. Holm, Scandinavian Journal of Statistics 6, 1979).
/// </summary>
static class Holm
{
    /// <returns>For each p what is to be held against the level in its stead; in their order, 1 at most.</returns>
    public static double[] Adjusted(IReadOnlyList<double> p)
    {
        var adjusted = new double[p.Count];
        var greatest = 0.0;
        // The least must hold for all tests, the next for one fewer, and none for less than those before it.
        foreach (var (i, rank) in Enumerable.Range(0, p.Count).OrderBy(i => p[i]).Select((i, rank) => (i, rank)))
            adjusted[i] = greatest = Math.Max(greatest, Math.Min(1, p[i] * (p.Count - rank)));
        return adjusted;
    }
}
