namespace RebaseBatch.Core.Statistics;

/// <summary>The binomial distribution without its far tails.</summary>
/// <param name="Start">The number of hits that the first of <paramref name="Chances"/> belongs to.</param>
/// <param name="Chances">Their sum is 1.</param>
readonly record struct BinomialChances(int Start, double[] Chances)
{
    // Smaller p-values than this tell nobody anything; with less, the tests of a thousand problems would take ten times as long.
    const double Least = 1e-60;

    /// <param name="n">0 or more.</param>
    /// <param name="p">0 to 1.</param>
    public static BinomialChances Of(int n, double p)
    {
        if (p <= 0) return new(0, [1]);
        if (p >= 1) return new(n, [1]);
        var mode = (int)Math.Min(n, Math.Floor((n + 1) * p));
        var odds = p / (1 - p);
        // From the mode in both directions, because factorials of a few thousand overflow.
        var below = new List<double>();
        for (var (k, chance) = (mode, 1.0); k > 0 && chance > Least; k--) below.Add(chance *= k / ((n - k + 1) * odds));
        below.Reverse();
        var chances = new List<double>(below) { 1 };
        for (var (k, chance) = (mode, 1.0); k < n && chance > Least; k++) chances.Add(chance *= (n - k) * odds / (k + 1));
        var sum = chances.Sum();
        return new(mode - below.Count, [.. chances.Select(chance => chance / sum)]);
    }
}
