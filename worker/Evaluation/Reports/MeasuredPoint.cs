using RebaseBatch.Core.Statistics;

namespace RebaseBatch.Evaluation.Reports;

/// <summary>One policy, strategy, vote and width, measured by one job, or by several that differ in their seed.</summary>
/// <param name="IsOwnVote">Whether one of these jobs got its answers by this vote.</param>
/// <param name="Shares">For each problem, in the dataset's order: the share of the jobs that were right, 0 to 1, among those in
/// which it did not fail; null if it failed in all. At least one is not null.</param>
/// <param name="PolicyFlops">FLOPs a problem, on average.</param>
/// <param name="TotalFlops">FLOPs a problem, on average.</param>
/// <param name="Accuracy">Over the problems.</param>
sealed record MeasuredPoint(
    Series Series, int Width, IReadOnlyList<long> Jobs, bool IsOwnVote, IReadOnlyList<double?> Shares, double PolicyFlops,
    double TotalFlops, Estimate Accuracy)
{
    /// <summary>Right answers, over all its jobs.</summary>
    public int Right { get; init; }

    /// <summary>Answers that could be right or wrong, over all its jobs: those of problems that did not fail.</summary>
    public int Graded { get; init; }

    /// <summary>Problems that failed, over all its jobs. Accuracy, costs and tests leave them out.</summary>
    public int Failed { get; init; }

    /// <summary>Problems that the model left unanswered, over all its jobs. They are not right.</summary>
    public int Unanswered { get; init; }

    /// <summary>Whether so many problems failed that its accuracy must not be compared with that of others.</summary>
    public bool LacksTooMany => FailedShare.IsTooLarge(Failed, Shares.Count * Jobs.Count);

    /// <summary><c>153 of 200: 76.5 % (70.2 to 81.8)</c></summary>
    public string AccuracyText => NumberText.Accuracy(Right, Graded, Accuracy);

    /// <summary>Seconds a problem, on average; only points of <see cref="MeasuredSeconds"/> have it.</summary>
    public double? Seconds { get; init; }

    /// <exception cref="InvalidOperationException">Its seconds are not known.</exception>
    public double Cost(CostMeasure measure) => measure switch
    {
        CostMeasure.Policy => PolicyFlops,
        CostMeasure.Total => TotalFlops,
        _ => Seconds ?? throw new InvalidOperationException("a point without seconds is compared by them"),
    };

    /// <summary>For each problem, in the dataset's order: its right answers, and those that could be right or wrong.</summary>
    public IReadOnlyList<(int Right, int Graded)> Tallies { get; init; } = [];

    /// <summary>
    /// The two points problem by problem, all seeds of a problem together, with the gate's test and interval. A problem that failed in
    /// either is left out.
    /// </summary>
    /// <returns>Null: they have no problem in common.</returns>
    public PairedOutcomes? Against(MeasuredPoint other)
    {
        PairedOutcome[] pairs = [.. Tallies.Zip(other.Tallies).Where(pair => pair is { First.Graded: > 0, Second.Graded: > 0 })
            .Select(pair => PairedOutcome.Of(pair.First.Right, pair.First.Graded, pair.Second.Right, pair.Second.Graded))];
        return pairs.Length == 0 ? null : new(pairs);
    }

    /// <summary>If neither point is better, the chance of so large a difference of accuracy, either way; 0 to 1.</summary>
    public double ChanceAgainst(MeasuredPoint other) => Against(other)?.TwoSided ?? 1;

    /// <summary>How many problems the test of the two points leaves out.</summary>
    public int LeftOutAgainst(MeasuredPoint other) => Shares.Zip(other.Shares).Count(pair => pair is not ({ }, { }));
}
