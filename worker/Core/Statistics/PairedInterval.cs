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
        foreach (var problem in problems)
        {
            var change = problem.Change;
            if (change < 0) lost -= change;
            else won += change;
            squares += change * change;
        }

        var n = problems.Count;
        var size = lost + won > 0 ? squares / (lost + won) : 1;
        var (b, c) = (lost / size, won / size);
        var change0 = (c - b) / n;
        return new((won - lost) / n, size * Limit(b, c, n, change0, -1), size * Limit(b, c, n, change0, 1));
    }

    /// <summary>The difference that is just not rejected, in the direction of <paramref name="end"/>.</summary>
    static double Limit(double lost, double won, int n, double estimate, int end)
    {
        var (accepted, rejected) = (estimate, (double)end);
        for (var step = 0; step < 50; step++)
        {
            var middle = (accepted + rejected) / 2;
            if (Math.Abs(Score(lost, won, n, middle)) <= Z) accepted = middle;
            else rejected = middle;
        }

        return accepted;
    }

    static double Score(double lost, double won, int n, double difference)
    {
        // The share of lost problems that fits best if the difference of shares is this one: the greater root of a quadratic equation.
        var b = -won - lost + (2 * n - won + lost) * difference;
        var c = -lost * difference * (1 - difference);
        var share = (Math.Sqrt(Math.Max(0, b * b - 8 * n * c)) - b) / (4 * n);
        var variance = n * (2 * share + difference * (1 - difference));
        var distance = won - lost - n * difference;
        return variance <= 0 ? distance == 0 ? 0 : double.PositiveInfinity : distance / Math.Sqrt(variance);
    }
}
