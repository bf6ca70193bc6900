namespace RebaseBatch.Core.Statistics;

/// <summary>The binomial distribution without its far tails.</summary>
/// <param name="Start">The number of hits that the first of <paramref name="Chances"/> belongs to.</param>
/// <param name="Chances">Their sum is 1.</param>
readonly record struct BinomialChances(int Start, double[] Chances)
{
    /// <param name="n">0 or more.</param>
    /// <param name="p">0 to 1.</param>
    /// <param name="least">Chances that are smaller than this part of the greatest are left out. Smaller p-values than that of the
    /// default tell nobody anything.</param>
    public static BinomialChances Of(int n, double p, double least = 1e-60)
    {
        if (p <= 0) return new(0, [1]);
        if (p >= 1) return new(n, [1]);
        var (mode, odds) = ((int)Math.Min(n, (n + 1) * p), p / (1 - p));
        // From the mode in both directions, because factorials of a few thousand overflow.
        var below = new List<double>();
        for (var (k, chance) = (mode, 1.0); k > 0 && chance > least; k--) below.Add(chance *= k / ((n - k + 1) * odds));
        var above = new List<double>();
        for (var (k, chance) = (mode, 1.0); k < n && chance > least; k++) above.Add(chance *= (n - k) * odds / (k + 1));
        var sum = below.Sum() + 1 + above.Sum();
        below.Reverse();
        return new(mode - below.Count, [.. below.Append(1).Concat(above).Select(chance => chance / sum)]);
    }
}
