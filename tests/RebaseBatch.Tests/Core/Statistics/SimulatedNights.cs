using RebaseBatch.Core.Statistics;

namespace RebaseBatch.Tests.Core.Statistics;

/// <summary>
/// Runs over problems that have a difficulty of their own: the chance of a right answer is drawn from a beta distribution, and all seeds of
/// a problem share it. So seeds depend on each other, and two runs of equally good models agree more often than chance.
/// </summary>
sealed class SimulatedNights
{
    readonly double[] _solved = new double[8192];
    readonly Random _random;

    /// <param name="accuracy">Of the first run, over all problems that there could be.</param>
    /// <param name="strength">The sum of the distribution's parameters: near 0, problems are solved always or never.</param>
    public SimulatedNights(double accuracy, double strength, int seed = 1)
    {
        _random = new(seed);
        for (var i = 0; i < _solved.Length; i++)
        {
            var (right, wrong) = (Gamma(accuracy * strength), Gamma((1 - accuracy) * strength));
            // Both are 0 where the parameters are so small that the chances are 0 or 1.
            _solved[i] = right + wrong > 0 ? right / (right + wrong) : _random.NextDouble() < accuracy ? 1 : 0;
        }

        Accuracy = _solved.Average();
    }

    /// <summary>Of the first run, over all problems that can be drawn.</summary>
    public double Accuracy { get; }

    /// <summary>How often at least one of so many answers is right, over all problems that can be drawn.</summary>
    public double AnyRight(int answers) => _solved.Average(solved => 1 - Math.Pow(1 - solved, answers));

    /// <param name="drop">How much less accurate the second run is; every right answer is lost with the same chance.</param>
    public PairedOutcome[] Draw(int problems, int seeds, double drop = 0)
    {
        var kept = 1 - drop / Accuracy;
        var pairs = new PairedOutcome[problems];
        for (var i = 0; i < problems; i++)
        {
            var solved = _solved[_random.Next(_solved.Length)];
            pairs[i] = new(Hits(seeds, solved), Hits(seeds, solved * kept), seeds);
        }

        return pairs;
    }

    /// <summary>How often something true of a drawn night holds.</summary>
    public double Share(int nights, int problems, int seeds, double drop, Func<PairedOutcomes, bool> holds) =>
        Enumerable.Range(0, nights).Count(_ => holds(new(Draw(problems, seeds, drop)))) / (double)nights;

    int Hits(int seeds, double chance)
    {
        var hits = 0;
        for (var i = 0; i < seeds; i++)
            if (_random.NextDouble() < chance) hits++;
        return hits;
    }

    /// <summary>G. Marsaglia and W. W. Tsang, ACM Transactions on Mathematical Software 26, 2000.</summary>
    double Gamma(double shape)
    {
        if (shape < 1) return Gamma(shape + 1) * Math.Pow(1 - _random.NextDouble(), 1 / shape);
        var (d, c) = (shape - 1.0 / 3, 1 / Math.Sqrt(9 * shape - 3));
        while (true)
        {
            var normal = Math.Sqrt(-2 * Math.Log(1 - _random.NextDouble())) * Math.Cos(2 * Math.PI * _random.NextDouble());
            var cube = Math.Pow(1 + c * normal, 3);
            if (cube > 0 && Math.Log(1 - _random.NextDouble()) < normal * normal / 2 + d - d * cube + d * Math.Log(cube)) return d * cube;
        }
    }
}
