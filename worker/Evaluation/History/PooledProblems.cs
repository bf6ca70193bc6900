using RebaseBatch.Core.Statistics;

namespace RebaseBatch.Evaluation.History;

/// <summary>Problems of a cell that both runs solved equally often.</summary>
/// <param name="First">How many of the <paramref name="Seeds"/> answers are right in the baseline.</param>
/// <param name="Second">The same in the run.</param>
/// <param name="Count">How many such problems there are.</param>
readonly record struct PooledProblems(int First, int Second, int Seeds, int Count)
{
    // Sums of shares in another order differ in the last digits.
    const double Equal = 1e-9;

    /// <summary>
    /// An accuracy with its 95 % interval, clustered by problem. Without the results of the problems, which may have been deleted or
    /// graded anew since the verdict, the seeds of a problem count as one answer: too wide rather than too narrow.
    /// </summary>
    /// <param name="value">0 to 1, as the verdict has it.</param>
    /// <param name="problems">1 or more.</param>
    /// <param name="shares">The share of right answers of each problem; null without them.</param>
    public static Estimate Interval(double value, int problems, int seeds, IReadOnlyList<double>? shares)
    {
        if (shares is not null && shares.Count == problems && Math.Abs(shares.Average() - value) < Equal)
            return ShareInterval.Of(shares.Select(share => (double?)share), seeds);
        var interval = WilsonInterval.Of(value * problems, problems);
        return new(value, interval.Low, interval.High);
    }
}
