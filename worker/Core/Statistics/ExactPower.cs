namespace RebaseBatch.Core.Statistics;

/// <summary>
/// The exact unconditional power of McNemar's exact one-sided test (S. W. Duffy, Biometrics 40, 1984; J. E. Connett and others, Statistics
/// in Medicine 6, 1987): the sum over every possible number of discordant problems.
/// </summary>
sealed class ExactPower
{
    // Whether one more discordant problem needs one more lost problem for the test to find a drop.
    readonly bool[] _needsMore;
    readonly int _problems;

    /// <param name="level">Of the test, above 0.</param>
    public ExactPower(int problems, double level)
    {
        _problems = problems;
        _needsMore = new bool[problems];
        // The chances are those of `needed` or more losses in m tosses, and of exactly one less; a relative 1e-12 for rounding.
        var (needed, tail, exactly) = (1, 0.0, 1.0);
        for (var m = 0; m < problems; m++)
        {
            tail += exactly / 2;
            if (_needsMore[m] = tail > level * (1 + 1e-12))
            {
                exactly *= (m + 1) / (2.0 * needed);
                tail -= exactly;
                needed++;
            }
            else exactly *= (m + 1) / (2.0 * (m + 2 - needed));
        }
    }

    /// <param name="lost">The share of problems that are lost, 0 to 1.</param>
    /// <param name="won">The share of problems that are won.</param>
    /// <returns>The chance that the test finds the drop.</returns>
    public double Of(double lost, double won)
    {
        var discordant = BinomialChances.Of(_problems, Math.Min(1, lost + won));
        if (lost + won <= 0) return 0;
        var (share, sum) = (lost / (lost + won), 0.0);
        var (needed, tail, exactly) = (1, 0.0, 1.0);
        for (var m = 0; m < discordant.Start + discordant.Chances.Length; m++)
        {
            if (m >= discordant.Start) sum += discordant.Chances[m - discordant.Start] * tail;
            if (m == _problems) break;
            tail += exactly * share;
            if (_needsMore[m])
            {
                exactly *= share * (m + 1) / needed;
                tail -= exactly;
                needed++;
            }
            else exactly *= (1 - share) * (m + 1) / (m + 2 - needed);
        }

        return Math.Clamp(sum, 0, 1);
    }
}
