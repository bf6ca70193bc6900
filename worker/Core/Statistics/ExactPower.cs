namespace RebaseBatch.Core.Statistics;

/// <summary>
/// The exact unconditional power of McNemar's exact one-sided test (S. W. Duffy, Biometrics 40, 1984): the sum over every possible number
/// of discordant problems.
/// </summary>
sealed class ExactPower
{
    readonly int _problems;

    // Whether the next discordant problem makes the test need one more lost problem.
    readonly bool[] _needsMore;

    /// <param name="level">Of the test, above 0.</param>
    public ExactPower(int problems, double level)
    {
        _problems = problems;
        _needsMore = new bool[problems];
        var fair = new LossTail(0.5);
        for (var tosses = 0; tosses < problems; tosses++)
        {
            // A relative 1e-12 for rounding.
            _needsMore[tosses] = fair.TailAfterToss > level * (1 + 1e-12);
            fair.Toss(_needsMore[tosses]);
        }
    }

    /// <param name="lost">The share of problems that are lost, 0 to 1.</param>
    /// <param name="won">The share of problems that are won.</param>
    /// <returns>The chance that the test finds the drop.</returns>
    public double Of(double lost, double won)
    {
        if (lost <= 0) return 0;
        var discordant = BinomialChances.Of(_problems, Math.Min(1, lost + won), 1e-12);
        var (sum, tail) = (0.0, new LossTail(lost / (lost + won)));
        for (var tosses = 0; ; tosses++)
        {
            var i = tosses - discordant.Start;
            if (i >= discordant.Chances.Length) return Math.Clamp(sum, 0, 1);
            if (i >= 0) sum += discordant.Chances[i] * tail.Tail;
            if (tosses < _problems) tail.Toss(_needsMore[tosses]);
        }
    }

    /// <summary>The chance of so many losses that the test finds a drop, one discordant problem after the other.</summary>
    struct LossTail(double loss)
    {
        int _tosses;

        // Losses that the test needs; with no toss there is no drop.
        int _needed = 1;

        // The chance of exactly one loss less.
        double _oneLess = 1;

        public double Tail { get; private set; }

        /// <summary>The tail after the next toss if the test still needs as many losses.</summary>
        public readonly double TailAfterToss => Tail + _oneLess * loss;

        public void Toss(bool needsMore)
        {
            Tail = TailAfterToss;
            _tosses++;
            if (needsMore)
            {
                _oneLess *= loss * _tosses / _needed;
                Tail -= _oneLess;
                _needed++;
            }
            else _oneLess *= (1 - loss) * _tosses / (_tosses + 1 - _needed);
        }
    }
}
