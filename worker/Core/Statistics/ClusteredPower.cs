namespace RebaseBatch.Core.Statistics;

/// <summary>
/// The power of the sign-flip test of problems with several seeds, by a normal approximation: the test finds a drop if the sum of the
/// differences exceeds its critical value, which depends on the sum of their squares. Both sums are nearly normal together.
/// </summary>
static class ClusteredPower
{
    /// <param name="differences">The change of a problem, -1 to 1, and the share of problems with it. The shares sum to 1.</param>
    /// <param name="step">The unit of the differences.</param>
    public static double Of(IEnumerable<(double Change, double Share)> differences, double step, double level, int problems)
    {
        var (m1, m2, m3, m4) = (0.0, 0.0, 0.0, 0.0);
        foreach (var (change, share) in differences)
        {
            var x = -change;
            m1 += share * x;
            m2 += share * x * x;
            m3 += share * x * x * x;
            m4 += share * x * x * x * x;
        }

        if (m1 <= 0 || m2 <= 0) return 0;
        var (n, z) = ((double)problems, NormalDistribution.Exceeded(level));
        // The sum minus z times the root of the sum of squares, whose mean and variance follow from the first terms of Taylor's series.
        var slope = z / (2 * Math.Sqrt(n * m2));
        var spread = m4 - m2 * m2;
        var mean = n * m1 - z * Math.Sqrt(n * m2) * (1 - spread / (8 * n * m2 * m2));
        var variance = n * (m2 - m1 * m1 - 2 * slope * (m3 - m1 * m2) + slope * slope * spread);
        var deviation = Math.Sqrt(Math.Max(variance, 1e-12));
        // Sums come in steps of two units, so the critical value is up to two units beyond.
        return Enumerable.Range(0, 8).Average(i => NormalDistribution.Below((mean - 2 * step * (i + 0.5) / 8) / deviation));
    }
}
