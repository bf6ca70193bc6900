namespace RebaseBatch.Core.Statistics;

/// <summary>
/// What pairs look like if accuracy truly drops. Chance flips answers both ways as often as these pairs differ now, and the drop then
/// loses every right answer of the second run with the same probability. So even without discordant problems a drop makes some.
/// </summary>
sealed class DropModel
{
    /// <summary>No dataset has more.</summary>
    public const int MostProblems = 10_000_000;

    readonly (PairedOutcome Pair, double Share)[] _pairs;
    readonly bool _isBinary;
    readonly double _step;

    public DropModel(IReadOnlyList<PairedOutcome> problems)
    {
        // Without a drop, both orders of a pair are equally likely.
        _pairs =
        [
            .. problems.Concat(problems.Select(pair => new PairedOutcome(pair.Second, pair.First, pair.Seeds))).GroupBy(pair => pair)
                .Select(pairs => (pairs.Key, pairs.Count() / (2.0 * problems.Count))),
        ];
        _isBinary = problems.All(pair => pair.Seeds == 1);
        _step = 1.0 / SignFlipTest.Parts(problems);
        Accuracy = _pairs.Sum(pair => pair.Share * pair.Pair.Second / pair.Pair.Seeds);
    }

    /// <summary>The accuracy before the drop; the mean of both runs.</summary>
    public double Accuracy { get; }

    public double Power(double drop, double level, int problems) => PowerAt(level, problems)(drop);

    public double SmallestDrop(double level, double power, int problems)
    {
        var found = PowerAt(level, problems);
        if (Accuracy <= 0 || found(Accuracy) < power) return 1;
        var (low, high) = (0.0, Accuracy);
        while (high - low > 1e-5)
        {
            var middle = (low + high) / 2;
            if (found(middle) >= power) high = middle;
            else low = middle;
        }

        return high;
    }

    public int? ProblemsFor(double drop, double level, double power)
    {
        if (Accuracy <= 0) return null;
        var (low, high) = (0, 1);
        while (Power(drop, level, high) < power)
        {
            if (high >= MostProblems) return null;
            (low, high) = (high, Math.Min(MostProblems, 2 * high));
        }

        while (high - low > 1)
        {
            var middle = low + (high - low) / 2;
            if (Power(drop, level, middle) >= power) high = middle;
            else low = middle;
        }

        return high;
    }

    Func<double, double> PowerAt(double level, int problems)
    {
        if (!_isBinary) return drop => ClusteredPower.Of(Differences(Loss(drop)), _step, level, problems);
        var exact = new ExactPower(problems, level);
        return drop =>
        {
            var differences = Differences(Loss(drop)).ToList();
            return exact.Of(differences.Where(pair => pair.Change < 0).Sum(pair => pair.Share),
                differences.Where(pair => pair.Change > 0).Sum(pair => pair.Share));
        };
    }

    // The probability with which each right answer is lost.
    double Loss(double drop) => Accuracy <= 0 ? 0 : Math.Clamp(drop / Accuracy, 0, 1);

    IEnumerable<(double Change, double Share)> Differences(double loss)
    {
        foreach (var (pair, share) in _pairs)
        {
            var kept = BinomialChances.Of(pair.Second, 1 - loss);
            for (var i = 0; i < kept.Chances.Length; i++)
                yield return ((pair with { Second = kept.Start + i }).Change, share * kept.Chances[i]);
        }
    }
}
