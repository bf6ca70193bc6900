namespace RebaseBatch.Core.Statistics;

/// <summary>
/// McNemar's exact test of two runs over the same problems (Q. McNemar, Psychometrika 12, 1947): only problems that exactly one run solved
/// tell the runs apart. If neither run is better, each of these problems is like a coin toss.
/// </summary>
/// <param name="OnlyFirst">Problems that only the first run was right about.</param>
/// <param name="OnlySecond">Problems that only the second run was right about.</param>
readonly record struct PairedTest(int OnlyFirst, int OnlySecond)
{
    /// <summary>The chance of a difference at least this great, either way, if neither run is better; 0 to 1.</summary>
    public double TwoSided => Math.Min(1, 2 * Tail(Math.Max(OnlyFirst, OnlySecond)));

    /// <summary>
    /// If the second run is not worse, the chance that at least this many problems are solved by the first run only; 0 to 1.
    /// </summary>
    public double SecondIsWorse => Tail(OnlyFirst);

    /// <param name="pairs">Whether each problem was right in the first and in the second run.</param>
    public static PairedTest Of(IEnumerable<(bool First, bool Second)> pairs)
    {
        var (first, second) = (0, 0);
        foreach (var pair in pairs)
        {
            if (pair.First && !pair.Second) first++;
            if (pair.Second && !pair.First) second++;
        }

        return new(first, second);
    }

    /// <summary>The chance of at least <paramref name="heads"/> heads in one toss for each problem that exactly one run solved.</summary>
    double Tail(int heads)
    {
        var tosses = OnlyFirst + OnlySecond;
        var sum = 0.0;
        // Logarithms, because the binomial coefficients of a few thousand tosses overflow.
        var log = -tosses * Math.Log(2);
        for (var k = 0; k <= tosses; k++)
        {
            if (k >= heads) sum += Math.Exp(log);
            log += Math.Log(tosses - k) - Math.Log(k + 1);
        }

        return Math.Min(1, sum);
    }
}
