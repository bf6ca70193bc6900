namespace RebaseBatch.Core.Statistics;

/// <summary>
/// The exact sign-flip test of paired differences (R. A. Fisher, The Design of Experiments, 1935, section 21): if neither run is better,
/// the difference of each problem is as likely the other way round. A problem's seeds flip together, so it does not matter how much they
/// depend on each other. With one seed it is McNemar's exact test.
/// </summary>
/// <param name="Drop">The chance of a sum of differences at least as far below 0; 0 to 1.</param>
/// <param name="TwoSided">The chance of a sum at least as far from 0, either way.</param>
readonly record struct SignFlipTest(double Drop, double TwoSided)
{
    // With more parts a test of a few thousand problems takes tenths of a second.
    const int MostParts = 120;

    public static SignFlipTest Of(IReadOnlyList<PairedOutcome> problems)
    {
        var parts = Parts(problems);
        var (sum, counts) = (0, new int[parts + 1]);
        foreach (var problem in problems)
        {
            if (problem.First == problem.Second) continue;
            var size = Math.Max(1, (int)Math.Round(Math.Abs(problem.Change) * parts));
            counts[size]++;
            sum += problem.First > problem.Second ? size : -size;
        }

        var (all, differences) = (counts.Select((count, size) => count * size).Sum(), counts.Sum());
        var won = SizeSums.Of(counts, _ => 0.5);
        return new(Tail(sum), sum == 0 ? 1 : Math.Min(1, 2 * Tail(Math.Abs(sum))));

        // A drop of `drop` or more is a sum of won sizes of (all - drop) / 2 or less. The far tails are left out, but each single outcome
        // has the chance of one series of coin tosses.
        double Tail(int drop) => Math.Max(won.UpTo((all - drop) / 2), Math.Pow(2, -differences));
    }

    /// <summary>
    /// Into how many parts a problem is divided so that all differences are whole numbers. Problems may have different numbers of seeds,
    /// because a seed's job may have failed there. If the least common multiple is too great, differences are rounded to 1/120 of a
    /// problem; the test keeps its level with any weights.
    /// </summary>
    public static int Parts(IEnumerable<PairedOutcome> problems)
    {
        var parts = 1;
        foreach (var seeds in problems.Select(problem => problem.Seeds).Distinct())
        {
            var (divisor, rest) = (parts, seeds);
            while (rest != 0) (divisor, rest) = (rest, divisor % rest);
            if ((long)parts / divisor * seeds > MostParts) return MostParts;
            parts = parts / divisor * seeds;
        }

        return parts;
    }
}
