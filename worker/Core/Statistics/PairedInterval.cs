namespace RebaseBatch.Core.Statistics;

/// <summary>
/// The 95 % score interval of the difference of two paired shares (T. Tango, Statistics in Medicine 17, 1998). Problems with several seeds
/// count as if their differences all had the same size, with the same mean and the same mean square.
/// </summary>
static class PairedInterval
{
    const double Z = 1.959964;

    /// <param name="problems">At least one.</param>
    /// <returns>Second - First.</returns>
    public static Estimate Of(IReadOnlyList<PairedOutcome> problems)
    {
        var (lost, won, squares) = (0.0, 0.0, 0.0);
        foreach (var change in problems.Select(problem => problem.Change))
        {
            lost += Math.Max(0, -change);
            won += Math.Max(0, change);
            squares += change * change;
        }

        var n = problems.Count;
        var size = lost + won > 0 ? squares / (lost + won) : 1;
        var (down, up) = (lost / size, won / size);
        return new((won - lost) / n, size * Limit(down, up, n, -1), size * Limit(down, up, n, 1));
    }

    /// <summary>The difference farthest in this direction that is not rejected.</summary>
    static double Limit(double lost, double won, int n, int direction)
    {
        var (accepted, rejected) = ((won - lost) / n, (double)direction);
        for (var step = 0; step < 50; step++)
        {
            var middle = (accepted + rejected) / 2;
            if (Score(lost, won, n, middle) <= Z) accepted = middle;
            else rejected = middle;
        }

        return accepted;
    }

    /// <summary>How many standard deviations the counts are away from what a difference of shares makes likely.</summary>
    static double Score(double lost, double won, int n, double difference)
    {
        // The share of lost problems that fits best if this is the difference: the greater root of a quadratic equation.
        var linear = -won - lost + (2 * n - won + lost) * difference;
        var constant = -lost * difference * (1 - difference);
        var share = (Math.Sqrt(Math.Max(0, linear * linear - 8 * n * constant)) - linear) / (4 * n);
        var variance = n * (2 * share + difference * (1 - difference));
        var distance = Math.Abs(won - lost - n * difference);
        return distance < 1e-12 ? 0 : variance <= 0 ? double.PositiveInfinity : distance / Math.Sqrt(variance);
    }
}
