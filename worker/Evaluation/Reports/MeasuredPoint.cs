using RebaseBatch.Core.Statistics;

namespace RebaseBatch.Evaluation.Reports;

/// <summary>One policy, strategy, vote and width, measured by one job, or by several that differ in their seed.</summary>
/// <param name="IsOwnVote">Whether this vote gave a job of these its answers.</param>
/// <param name="Shares">By problem, in the dataset's one order: the share of the jobs that were right, 0 to 1.</param>
/// <param name="PolicyFlops">A problem, on average; likewise the total.</param>
/// <param name="Accuracy">Over the problems, with its bootstrap interval.</param>
sealed record MeasuredPoint(
    Series Series, int Width, IReadOnlyList<long> Jobs, bool IsOwnVote, IReadOnlyList<double> Shares, double PolicyFlops, double TotalFlops, Estimate Accuracy)
{
    public double Cost(CostMeasure basis) => basis is CostMeasure.Policy ? PolicyFlops : TotalFlops;

    /// <summary>
    /// McNemar's test of the two over the problems; for several seeds the sign test of which of the two was right more often, which is
    /// the same for one.
    /// </summary>
    public PairedTest Against(MeasuredPoint other)
    {
        var (onlyThis, onlyOther) = (0, 0);
        for (var i = 0; i < Shares.Count; i++)
        {
            if (Shares[i] > other.Shares[i]) onlyThis++;
            if (Shares[i] < other.Shares[i]) onlyOther++;
        }

        return new(onlyThis, onlyOther);
    }
}
