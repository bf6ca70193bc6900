namespace RebaseBatch.Core.Statistics;

/// <summary>
/// The area under the ROC curve: of one case that is right and another that is wrong, the chance that the right one has the higher score;
/// an equal score counts half (J. A. Hanley, B. J. McNeil, Radiology 143, 1982; the statistic is that of Mann and Whitney,
/// 1947). 0.5 is chance, 1 is perfect. A case that is partly right takes each side with that weight; no case is paired with itself.
/// <para>
/// It keeps sums in a fixed number of bins, however many cases there are. The bins get finer towards 0 and 1, where reward models give most
/// of their scores: scores are told apart if they, or their distances from 1, differ by 1/256 of themselves.
/// </para>
/// </summary>
sealed class AreaUnderCurve
{
    const int StepsOfOctave = 256, Octaves = 24;

    static readonly int s_least = BitConverter.SingleToInt32Bits(MathF.ScaleB(1, -Octaves)), s_half = HalfOf(0.5) + 1;

    readonly double[] _right = new double[2 * s_half], _wrong = new double[2 * s_half];
    double _self;

    /// <summary>Number of cases.</summary>
    public long Cases { get; private set; }

    /// <summary>0 to 1; null unless there are right and wrong cases.</summary>
    public double? Value
    {
        get
        {
            var (concordant, rights, wrongs) = (0.0, 0.0, 0.0);
            for (var bin = 0; bin < _right.Length; bin++)
            {
                concordant += _right[bin] * (wrongs + (_wrong[bin] / 2));
                rights += _right[bin];
                wrongs += _wrong[bin];
            }

            // A case that is paired with itself is a tie.
            var pairs = (rights * wrongs) - _self;
            return pairs > 1e-9 ? Math.Clamp((concordant - (_self / 2)) / pairs, 0, 1) : null;
        }
    }

    public void Add(RatedCase one)
    {
        var bin = BinOf(one.Score);
        _right[bin] += one.Right;
        _wrong[bin] += 1 - one.Right;
        _self += one.Right * (1 - one.Right);
        Cases++;
    }

    /// <summary>The same of a few cases, exactly: the pairs of right and wrong cases, and those in which the right one has the higher
    /// score.</summary>
    public static (double Concordant, double Pairs) PairsOf(IReadOnlyCollection<RatedCase> cases)
    {
        var (concordant, rights, wrongs, self) = (0.0, 0.0, 0.0, 0.0);
        foreach (var tied in cases.GroupBy(one => one.Score).OrderBy(tied => tied.Key))
        {
            var (right, wrong) = (tied.Sum(one => one.Right), tied.Sum(one => 1 - one.Right));
            concordant += right * (wrongs + (wrong / 2));
            self += tied.Sum(one => one.Right * (1 - one.Right));
            rights += right;
            wrongs += wrong;
        }

        return (Math.Max(0, concordant - (self / 2)), Math.Max(0, (rights * wrongs) - self));
    }

    static int BinOf(double score) => score < 0.5 ? HalfOf(score) : (2 * s_half) - 1 - HalfOf(Math.Max(0, 1 - score));

    // Floats in order of their bits are in order of their values, and each octave has as many steps.
    static int HalfOf(double score) =>
        Math.Max(0, (BitConverter.SingleToInt32Bits((float)score) - s_least) / ((1 << 23) / StepsOfOctave));
}
