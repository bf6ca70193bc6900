using RebaseBatch.Core.Statistics;

namespace RebaseBatch.Evaluation.Reports;

/// <summary>Two runs over the same problems.</summary>
/// <param name="Test">Null: they have no problem in common.</param>
/// <param name="Adjusted">The test's two-sided p after Holm's correction for all comparisons of the table; 1 for a pair that lacks too
/// many problems.</param>
sealed record PairComparison(MeasuredPoint First, MeasuredPoint Second, PairedOutcomes? Test, double Adjusted)
{
    /// <summary>Problems that failed in either, which the test leaves out.</summary>
    public int LeftOut => First.LeftOutAgainst(Second);

    /// <summary>If neither is better, the chance of so large a difference, either way; 0 to 1.</summary>
    public double P => Test?.TwoSided ?? 1;

    /// <summary>Whether that is so many that the test says nothing.</summary>
    public bool LacksTooMany => FailedShare.IsTooLarge(LeftOut, First.Shares.Count);

    /// <summary>Every pair of strategies with the same policy and width, each by its own vote.</summary>
    public static IReadOnlyList<PairComparison> OfStrategies(IEnumerable<MeasuredPoint> points)
    {
        var pairs = from alike in points.GroupBy(point => (point.Series.Policy, point.Width))
                    let members = alike.ToList()
                    from first in Enumerable.Range(0, members.Count)
                    from second in Enumerable.Range(first + 1, members.Count - first - 1)
                    select (members[first], members[second]);
        return Of([.. pairs]);
    }

    public static IReadOnlyList<PairComparison> Of(IReadOnlyList<(MeasuredPoint First, MeasuredPoint Second)> pairs)
    {
        var all = pairs.Select(pair => new PairComparison(pair.First, pair.Second, pair.First.Against(pair.Second), 1)).ToList();
        // A pair that is not compared must not make the other tests stricter.
        var adjusted = new Queue<double>(Holm.Adjusted([.. all.Where(pair => !pair.LacksTooMany).Select(pair => pair.P)]));
        return [.. all.Select(pair => pair.LacksTooMany ? pair : pair with { Adjusted = adjusted.Dequeue() })];
    }
}
