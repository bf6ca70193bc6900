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
        var (start, end) = (mode, mode);
        for (var chance = 1.0; start > 0 && chance > least; start--) chance *= Down(start);
        for (var chance = 1.0; end < n && chance > least; end++) chance *= Up(end);
        var chances = new double[end - start + 1];
        var sum = chances[mode - start] = 1;
        for (var k = mode; k > start; k--) sum += chances[k - 1 - start] = chances[k - start] * Down(k);
        for (var k = mode; k < end; k++) sum += chances[k + 1 - start] = chances[k - start] * Up(k);
        for (var i = 0; i < chances.Length; i++) chances[i] /= sum;
        return new(start, chances);

        // By how much one hit less, or more, is likelier.
        double Down(int k) => k / ((n - k + 1) * odds);
        double Up(int k) => (n - k) * odds / (k + 1);
    }
}
