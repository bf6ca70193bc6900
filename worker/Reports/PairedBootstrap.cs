using RebaseBatch.Searching;
using RebaseBatch.Statistics;

namespace RebaseBatch.Reports;

/// <summary>
/// 95 % percentile intervals over problems (B. Efron, Annals of Statistics 7, 1979). All figures see the same resampled problems, so that
/// what makes a sample hard makes it hard for all of them, and the same data always give the same digits.
/// </summary>
sealed class PairedBootstrap
{
    /// <summary>Enough for the second digit of a percentage at the ends of an interval.</summary>
    public const int Replicates = 2000;

    // Any number: figures must be the same at every call, and none of the draws of a search.
    const long Seed = 0x5265_706f_7274_7331;

    readonly int _problems, _replicates;
    readonly ushort[][] _counts;

    /// <param name="problems">1 or more.</param>
    /// <param name="replicates">40 or more.</param>
    public PairedBootstrap(int problems, int replicates = Replicates)
    {
        (_problems, _replicates) = (problems, replicates);
        _counts = new ushort[replicates][];
        var random = RandomStream.ForSearch(Seed, -1);
        Parallel.For(0, replicates, replicate =>
        {
            var counts = _counts[replicate] = new ushort[problems];
            var first = (long)replicate * problems;
            for (var i = 0; i < problems; i++) counts[(int)(random.NextDouble(first + i) * problems)]++;
        });
    }

    /// <param name="shares">By problem.</param>
    /// <returns>Their mean and its interval.</returns>
    public Estimate Mean(IReadOnlyList<double> shares)
    {
        double[] values = [.. shares];
        var means = new double[_replicates];
        Parallel.For(0, _replicates, replicate =>
        {
            var (sum, counts) = (0.0, _counts[replicate]);
            for (var i = 0; i < values.Length; i++) sum += counts[i] * values[i];
            means[replicate] = sum / _problems;
        });
        Array.Sort(means);
        var tail = _replicates / 40; // 2.5 % at either end
        return new(values.Average(), means[tail], means[_replicates - 1 - tail]);
    }
}
