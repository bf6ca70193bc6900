namespace RebaseBatch.Core.Statistics;

/// <summary>
/// What pairs look like if accuracy truly drops: chance flips answers both ways as often as these pairs differ now, and the drop loses
/// each right answer of the second run with the same probability. So a drop makes discordant problems even where there are none now, and
/// leaves fewer answers that can be won. A drop that hits only doubtful problems makes fewer discordant ones, and is found more often.
/// </summary>
sealed class DropModel
{
    const int MostProblems = 10_000_000;

    // With more problems, the normal distribution is as good and takes no time.
    const int MostExact = 5000;

    readonly List<(PairedOutcome Pair, double Share)> _pairs;
    readonly int _seeds;
    readonly int _parts;

    public DropModel(IReadOnlyList<PairedOutcome> problems)
    {
        // Without a drop, both orders of a pair are equally likely.
        var both = problems.Concat(problems.Select(pair => new PairedOutcome(pair.Second, pair.First, pair.Seeds)));
        _pairs = [.. both.CountBy(pair => pair).Select(pair => (pair.Key, pair.Value / (2.0 * problems.Count)))];
        (_seeds, _parts) = (problems.Max(pair => pair.Seeds), SignFlipTest.Parts(problems));
        Accuracy = _pairs.Sum(pair => pair.Share * pair.Pair.Second / pair.Pair.Seeds);
    }

    /// <summary>The accuracy before the drop: the mean of both runs.</summary>
    double Accuracy { get; }

    /// <inheritdoc cref="PairedOutcomes.Power"/>
    public double Power(double drop, double level, int problems) => Accuracy <= 0 ? 0 : Found(level, problems)(drop);

    /// <inheritdoc cref="PairedOutcomes.SmallestDrop"/>
    public double SmallestDrop(double level, double power, int problems)
    {
        var found = Found(level, problems);
        if (Accuracy <= 0 || found(Accuracy) < power) return 1;
        // As normal deviates, powers are nearly a straight line, so that a few chords find the drop (the Illinois method, M. Dowell and P.
        // Jarratt, BIT 11, 1971). Without a drop the power is about the level.
        var wanted = NormalDistribution.Exceeded(1 - power);
        var (low, high) = (0.0, Accuracy);
        var (below, above) = (-NormalDistribution.Exceeded(level) - wanted, Distance(found(Accuracy)));
        for (var side = 0; high - low > 1e-4;)
        {
            var drop = Math.Clamp(low - below * (high - low) / (above - below), low + 2e-5, high - 2e-5);
            var distance = Distance(found(drop));
            if (distance >= 0)
            {
                if (side > 0) below /= 2;
                (high, above, side) = (drop, distance, 1);
            }
            else
            {
                if (side < 0) above /= 2;
                (low, below, side) = (drop, distance, -1);
            }
        }

        return high;

        double Distance(double found) => NormalDistribution.Exceeded(Math.Clamp(1 - found, 1e-9, 1 - 1e-9)) - wanted;
    }

    /// <inheritdoc cref="PairedOutcomes.ProblemsFor"/>
    public int? ProblemsFor(double drop, double level, double power)
    {
        if (Accuracy <= 0) return null;
        var (low, high) = (0, Roughly(drop, level, power));
        if (Power(drop, level, high) >= power)
        {
            low = high / 2;
            while (low > 0 && Power(drop, level, low) >= power) (low, high) = (low / 2, low);
        }

        while (Power(drop, level, high) < power)
        {
            if (high == MostProblems) return null;
            (low, high) = (high, (int)Math.Min(MostProblems, 1.25 * high + 1));
        }

        while (high - low > Math.Max(1, high / 200))
        {
            var middle = low + (high - low) / 2;
            if (Power(drop, level, middle) >= power) high = middle;
            else low = middle;
        }

        return high;
    }

    /// <summary>By the normal distribution alone (R. J. Connor, Biometrics 43, 1987), where the search may start.</summary>
    int Roughly(double drop, double level, double power)
    {
        var changes = Changes(drop);
        var squares = changes.Sum(one => one.Share * one.Change * one.Change);
        var mean = changes.Sum(one => one.Share * one.Change);
        var root = (NormalDistribution.Exceeded(level) * Math.Sqrt(squares)
            + NormalDistribution.Exceeded(1 - power) * Math.Sqrt(squares - mean * mean)) / mean;
        return (int)Math.Clamp(root * root, 1, MostProblems);
    }

    /// <summary>The chance of finding a drop, as a function of it.</summary>
    Func<double, double> Found(double level, int problems)
    {
        if (_seeds > 1 || problems > MostExact) return drop => ClusteredPower.Of(Changes(drop), _seeds, _parts, level, problems);
        var exact = new ExactPower(problems, level);
        return drop =>
        {
            var changes = Changes(drop);
            return exact.Of(changes.Where(one => one.Change < 0).Sum(one => one.Share),
                changes.Where(one => one.Change > 0).Sum(one => one.Share));
        };
    }

    /// <summary>The changes of a problem and the share of problems that have each.</summary>
    List<(double Change, double Share)> Changes(double drop)
    {
        var (kept, changes) = (1 - Math.Clamp(drop / Accuracy, 0, 1), new List<(double Change, double Share)>());
        foreach (var (pair, share) in _pairs)
        {
            var right = BinomialChances.Of(pair.Second, kept);
            for (var i = 0; i < right.Chances.Length; i++)
                changes.Add(((pair with { Second = right.Start + i }).Change, share * right.Chances[i]));
        }

        return changes;
    }
}
