namespace RebaseBatch.Core.Statistics;

/// <summary>The distribution of a sum of independent terms, each either 0 or its own size.</summary>
/// <param name="Start">The sum that the first of <paramref name="Chances"/> belongs to.</param>
/// <param name="Chances">Their sum is 1. The far tails are left out.</param>
readonly record struct SizeSums(int Start, double[] Chances)
{
    /// <param name="counts">How many terms have each size, from size 0 on.</param>
    /// <param name="chance">The chance that a term of a size is not 0.</param>
    public static SizeSums Of(IReadOnlyList<int> counts, Func<int, double> chance)
    {
        var (start, chances) = (0, new double[] { 1 });
        for (var size = 1; size < counts.Count; size++)
        {
            if (counts[size] == 0) continue;
            var hits = BinomialChances.Of(counts[size], chance(size));
            start += size * hits.Start;
            chances = Added(chances, hits.Chances, size);
        }

        return new(start, chances);
    }

    /// <summary>The chance of a sum of at most this.</summary>
    public double UpTo(int sum)
    {
        var chance = 0.0;
        for (var i = 0; i < Chances.Length && Start + i <= sum; i++) chance += Chances[i];
        return Math.Min(1, chance);
    }

    /// <summary>The greatest sum whose chance not to be exceeded is at most <paramref name="chance"/>; less than 0 if there is none.
    /// </summary>
    public int Quantile(double chance)
    {
        var below = 0.0;
        for (var i = 0; i < Chances.Length; i++)
            if ((below += Chances[i]) > chance) return Start + i - 1;
        return Start + Chances.Length - 1;
    }

    static double[] Added(double[] chances, double[] hits, int size)
    {
        var sums = new double[chances.Length + (hits.Length - 1) * size];
        for (var i = 0; i < hits.Length; i++)
        {
            var (hit, at) = (hits[i], i * size);
            for (var j = 0; j < chances.Length; j++) sums[at + j] += hit * chances[j];
        }

        return sums;
    }
}
