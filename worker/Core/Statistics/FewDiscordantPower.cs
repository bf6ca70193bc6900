namespace RebaseBatch.Core.Statistics;

/// <summary>
/// The power of the sign-flip test where few problems are discordant: the sum over every possible number of them, as for one seed. For each
/// number the sizes of their differences are taken as typical, and the test's chances for these sizes are exact.
/// </summary>
sealed class FewDiscordantPower
{
    readonly double _level;

    // By size in seeds: the share of problems, the share of these that are won, and both together.
    readonly double[] _won;
    readonly double[] _shares;
    readonly double _discordant;

    /// <param name="changes">As in <see cref="ClusteredPower"/>; at least one is not 0.</param>
    public FewDiscordantPower(List<(double Change, double Share)> changes, int seeds, double level)
    {
        (_level, _won, _shares) = (level, new double[seeds + 1], new double[seeds + 1]);
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
        var numbers = BinomialChances.Of(problems, Math.Min(1, _discordant), 1e-6);
        return numbers.Chances.Select((chance, i) => numbers.Start + i is var number and > 0 ? chance * OfNumber(number) : 0).Sum();
    }

    /// <summary>
    /// Sizes vary too. Two sets of sizes stand for all: those that shift the test's margin by one standard deviation either way.
    /// </summary>
    double OfNumber(int number)
    {
        var z = NormalDistribution.Exceeded(_level);
        var root = Math.Sqrt(number * _shares.Select((share, size) => share * size * size).Sum());
        double[] margins = [.. _won.Select((won, size) => size * (1 - 2 * won) - z * size * size / (2 * root))];
        var mean = _shares.Zip(margins, (share, margin) => share * margin).Sum();
        var deviation = Math.Sqrt(_shares.Zip(margins, (share, margin) => share * (margin - mean) * (margin - mean)).Sum());
        return deviation < 1e-9 ? OfSizes(Typical(_shares)) : (OfSizes(Typical(Shifted(1))) + OfSizes(Typical(Shifted(-1)))) / 2;

        double[] Shifted(int direction)
        {
            double[] shifted = [.. _shares.Zip(margins,
                (share, margin) => share * Math.Max(0, 1 + direction * (margin - mean) / (deviation * Math.Sqrt(number))))];
            var sum = shifted.Sum();
            return [.. shifted.Select(share => share / sum)];
        }

        int[] Typical(double[] shares)
        {
            var (counts, below, given) = (new int[shares.Length], 0.0, 0);
            for (var size = 1; size < counts.Length; size++)
            {
                below += shares[size];
                var upTo = size == counts.Length - 1 ? number : Math.Min(number, (int)(below * number + 0.5));
                counts[size] = upTo - given;
                given = upTo;
            }

            return counts;
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
