using RebaseBatch.Core.Statistics;

namespace RebaseBatch.Evaluation.Reports;

/// <summary>Two runs over the same problems.</summary>
/// <param name="Adjusted">The test's two-sided p after Holm's correction for all comparisons of the table.</param>
sealed record PairComparison(MeasuredPoint First, MeasuredPoint Second, PairedTest Test, double Adjusted)
{
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
        PairedTest[] tests = [.. pairs.Select(pair => pair.First.Against(pair.Second))];
        var adjusted = Holm.Adjusted([.. tests.Select(test => test.TwoSided)]);
        return [.. pairs.Select((pair, i) => new PairComparison(pair.First, pair.Second, tests[i], adjusted[i]))];
    }
}
