namespace RebaseBatch.Core.Statistics;

/// <summary>
/// The power of the sign-flip test of problems with several seeds. The test finds a drop if the sum of the drops of all problems is at
/// least z times the root of the sum of their squares. That difference is nearly normal; the chance has the term for its skewness (F. Y.
/// Edgeworth, 1905), and z the one for the flat tails of a sum of few signs (E. A. Cornish and R. A. Fisher, 1938).
/// </summary>
static class ClusteredPower
{
    // Up to here the number of discordant problems is a better guide: with 10 of them the normal distribution was 6 points off.
    const int FewDiscordant = 25;

    /// <param name="changes">The changes of a problem, -1 to 1, and the share of problems that have each; these sum to 1.</param>
    /// <param name="seeds">The most that a problem has.</param>
    /// <param name="parts">1 / the unit of the changes.</param>
    public static double Of(List<(double Change, double Share)> changes, int seeds, int parts, double level, int problems)
    {
        var (discordant, drop, squares, fourths) = (0.0, 0.0, 0.0, 0.0);
        foreach (var (change, share) in changes)
        {
            var square = change * change;
            if (change != 0) discordant += share;
            drop -= share * change;
            squares += share * square;
            fourths += share * square * square;
        }

        if (drop <= 0) return 0;
        if (discordant * problems <= FewDiscordant) return new FewDiscordantPower(changes, seeds, level).Of(problems);
        double n = problems;
        var z = NormalDistribution.Exceeded(level);
        z -= fourths / (n * squares * squares) * (z * z * z - 3 * z) / 12;
        // What one problem adds to the difference: the root by its first derivative.
        var slope = z / (2 * Math.Sqrt(n * squares));
        var (average, variance, third) = (drop - slope * squares, 0.0, 0.0);
        foreach (var (change, share) in changes)
        {
            var distance = -change - slope * change * change - average;
            variance += share * distance * distance;
            third += share * distance * distance * distance;
        }

        var (deviation, skewness) = (Math.Sqrt(n * variance), third / Math.Pow(variance, 1.5) / Math.Sqrt(n));
        // The mean of a root is a little less than the root of the mean: the second derivative.
        var mean = n * drop - z * Math.Sqrt(n * squares) * (1 - (fourths - squares * squares) / (8 * n * squares * squares));
        // Sums of signs come in steps of two units, so that the critical value lies up to one step beyond.
        const int points = 8;
        return Math.Clamp(Enumerable.Range(0, points).Average(i => Above(((i + 0.5) / points * 2 / parts - mean) / deviation)), 0, 1);

        double Above(double t) =>
            NormalDistribution.Below(-t) + skewness / 6 * (t * t - 1) * Math.Exp(-t * t / 2) / Math.Sqrt(2 * Math.PI);
    }
}
