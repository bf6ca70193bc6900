namespace RebaseBatch.Core.Statistics;

/// <summary>
/// The exact sign-flip test of paired differences (R. A. Fisher, The Design of Experiments, 1935, section 21): if neither run is better,
/// the difference of each problem is as likely the other way round. A problem's seeds flip together, so that it does not matter how much
/// they depend on each other. With one seed it is McNemar's exact test.
/// </summary>
/// <param name="Drop">The chance of a sum of differences at least as far below 0; 0 to 1.</param>
/// <param name="TwoSided">The chance of a sum at least as far from 0, either way.</param>
readonly record struct SignFlipTest(double Drop, double TwoSided)
{
    // Problems may have different numbers of seeds (a seed's job may have failed there). Differences are counted in parts of one answer of
    // all seeds: the least common multiple if it is small, else about 1 %. The test keeps its level with any weights.
    const int MostParts = 120;

    public static SignFlipTest Of(IReadOnlyList<PairedOutcome> problems)
    {
        var parts = Parts(problems);
        var (sum, counts) = (0, new int[parts + 1]);
        foreach (var problem in problems)
        {
            if (problem.First == problem.Second) continue;
            var size = Math.Max(1, (int)Math.Round((double)Math.Abs(problem.First - problem.Second) * parts / problem.Seeds));
            counts[size]++;
            sum += problem.First > problem.Second ? size : -size;
        }

        return new(Tail(counts, sum), sum == 0 ? 1 : Math.Min(1, 2 * Tail(counts, Math.Abs(sum))));
    }

    /// <summary>The smallest unit in which the differences of all problems are whole numbers, as a share of one problem.</summary>
    internal static int Parts(IReadOnlyList<PairedOutcome> problems)
    {
        var parts = 1;
        foreach (var seeds in problems.Select(problem => problem.Seeds).Distinct())
        {
            var (a, b) = (parts, seeds);
            while (b != 0) (a, b) = (b, a % b);
            if ((long)parts / a * seeds > MostParts) return MostParts;
            parts = parts / a * seeds;
        }

        return parts;
    }

    /// <summary>The chance that the sum is at least <paramref name="sum"/> if every sign is a coin toss.</summary>
    /// <param name="counts">For each size how many differences have it.</param>
    static double Tail(int[] counts, int sum)
    {
        // Each difference counts either nothing or its size; the sum is then half of (sum of signed sizes + sum of sizes).
        var (start, chances) = (0, new double[] { 1 });
        var (all, differences) = (0, 0);
        for (var size = 1; size < counts.Length; size++)
        {
            if (counts[size] == 0) continue;
            var tosses = BinomialChances.Of(counts[size], 0.5);
            chances = Convolved(chances, tosses.Chances, size);
            start += size * tosses.Start;
            all += size * counts[size];
            differences += counts[size];
        }

        var chance = 0.0;
        for (var i = chances.Length - 1; i >= 0 && start + i >= (sum + all) / 2; i--) chance += chances[i];
        // The far tails were cut off; but one outcome always has this chance.
        return Math.Clamp(chance, Math.Pow(2, -differences), 1);
    }

    static double[] Convolved(double[] chances, double[] tosses, int size)
    {
        var sums = new double[chances.Length + (tosses.Length - 1) * size];
        for (var i = 0; i < tosses.Length; i++)
        {
            var (chance, at) = (tosses[i], i * size);
            for (var j = 0; j < chances.Length; j++) sums[at + j] += chance * chances[j];
        }

        return sums;
    }
}
