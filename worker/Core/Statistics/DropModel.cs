namespace RebaseBatch.Core.Statistics;

/// <summary>
/// What pairs look like if accuracy truly drops: chance flips answers both ways as often as these pairs differ now, and the drop loses
/// each right answer of the second run with the same probability. So a drop makes discordant problems even where there are none now, and
/// leaves fewer answers that can be won. A drop that hits only doubtful problems makes fewer discordant ones, and is found more often.
/// </summary>
sealed class DropModel
{
    const int MostProblems = 10_000_000;

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
        var (low, high) = (0.0, Accuracy);
        while (high - low > 1e-4)
        {
            var middle = (low + high) / 2;
            if (found(middle) >= power) high = middle;
            else low = middle;
        }

        return high;
    }

    /// <inheritdoc cref="PairedOutcomes.ProblemsFor"/>
    public int? ProblemsFor(double drop, double level, double power)
    {
        if (Accuracy <= 0) return null;
        var (low, high) = (0, 1);
        while (Power(drop, level, high) < power)
        {
            if (high == MostProblems) return null;
            (low, high) = (high, Math.Min(MostProblems, 2 * high));
        }

        while (high - low > Math.Max(1, high / 200))
        {
            var middle = low + (high - low) / 2;
            if (Power(drop, level, middle) >= power) high = middle;
            else low = middle;
        }

        return high;
    }

    /// <summary>The chance of finding a drop, as a function of it.</summary>
    Func<double, double> Found(double level, int problems)
    {
        if (_seeds > 1) return drop => ClusteredPower.Of(Changes(drop), _seeds, _parts, level, problems);
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
        var kept = 1 - Math.Clamp(drop / Accuracy, 0, 1);
        return
        [
            .. from one in _pairs
               let right = BinomialChances.Of(one.Pair.Second, kept)
               from i in Enumerable.Range(0, right.Chances.Length)
               select ((one.Pair with { Second = right.Start + i }).Change, one.Share * right.Chances[i]),
        ];
    }
}
