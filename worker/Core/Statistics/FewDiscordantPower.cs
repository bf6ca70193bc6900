namespace RebaseBatch.Core.Statistics;

/// <summary>
/// The power of the sign-flip test where few problems are discordant: the sum over every possible number of them, as for one seed. For each
/// number the sizes of their differences are taken as typical, and the test's chances for these sizes are exact.
/// </summary>
sealed class FewDiscordantPower
{
    readonly double _level;
    readonly double _z;

    // By size in seeds: the share of problems, the share of these that are won, and both together.
    readonly double[] _won;
    readonly double[] _shares;
    readonly double _discordant;

    /// <param name="changes">As in <see cref="ClusteredPower"/>; at least one is not 0.</param>
    public FewDiscordantPower(List<(double Change, double Share)> changes, int seeds, double level)
    {
        (_level, _z) = (level, NormalDistribution.Exceeded(level));
        (_won, _shares) = (new double[seeds + 1], new double[seeds + 1]);
        foreach (var (change, share) in changes)
        {
            if (change == 0) continue;
            var size = Math.Max(1, (int)Math.Round(Math.Abs(change) * seeds));
            _shares[size] += share;
            if (change > 0) _won[size] += share;
        }

        _discordant = _shares.Sum();
        for (var size = 1; size <= seeds; size++)
        {
            _won[size] = _shares[size] > 0 ? _won[size] / _shares[size] : 0;
            _shares[size] /= _discordant;
        }
    }

    public double Of(int problems)
    {
        var (numbers, power) = (BinomialChances.Of(problems, Math.Min(1, _discordant), 1e-4), 0.0);
        for (var i = 0; i < numbers.Chances.Length; i++)
            if (numbers.Start + i > 0) power += numbers.Chances[i] * OfNumber(numbers.Start + i);
        return power;
    }

    /// <summary>
    /// Sizes vary too. Two sets of sizes stand for all: those that shift the test's margin by one standard deviation either way.
    /// </summary>
    double OfNumber(int number)
    {
        var squares = 0.0;
        for (var size = 1; size < _shares.Length; size++) squares += _shares[size] * size * size;
        var (margins, slope) = (new double[_shares.Length], _z / (2 * Math.Sqrt(number * squares)));
        var (mean, variance) = (0.0, 0.0);
        for (var size = 1; size < margins.Length; size++)
        {
            margins[size] = size * (1 - 2 * _won[size]) - slope * size * size;
            mean += _shares[size] * margins[size];
        }

        for (var size = 1; size < margins.Length; size++) variance += _shares[size] * (margins[size] - mean) * (margins[size] - mean);
        return variance < 1e-18 ? OfSizes(Typical(0)) : (OfSizes(Typical(1)) + OfSizes(Typical(-1))) / 2;

        int[] Typical(int direction)
        {
            var (counts, sum) = (new int[margins.Length], 0.0);
            for (var size = 1; size < counts.Length; size++) sum += Shifted(size);
            var (below, given) = (0.0, 0);
            for (var size = 1; size < counts.Length; size++)
            {
                below += Shifted(size) / sum;
                var upTo = size == counts.Length - 1 ? number : Math.Min(number, (int)(below * number + 0.5));
                counts[size] = upTo - given;
                given = upTo;
            }

            return counts;

            double Shifted(int size) => direction == 0 ? _shares[size]
                : _shares[size] * Math.Max(0, 1 + direction * (margins[size] - mean) / Math.Sqrt(variance * number));
        }
    }

    /// <param name="counts">How many differences have each size.</param>
    double OfSizes(int[] counts)
    {
        // The test finds a drop if the sum of the won sizes is at most this.
        var most = SizeSums.Of(counts, _ => 0.5).Quantile(_level * (1 + 1e-12));
        return most < 0 ? 0 : SizeSums.Of(counts, size => _won[size]).UpTo(most);
    }
}
