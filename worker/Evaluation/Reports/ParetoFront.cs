namespace RebaseBatch.Evaluation.Reports;

/// <summary>
/// The points for which no other point is both at least as accurate and at most as costly. A point that lacks more than a tenth of its
/// problems is not among them, because it may have the accuracy of the easy ones; unless there is no other point.
/// </summary>
static class ParetoFront
{
    /// <returns>By rising cost and accuracy; of points that are equal in both, the first.</returns>
    public static IReadOnlyList<MeasuredPoint> Of(IEnumerable<MeasuredPoint> points, CostMeasure measure)
    {
        var front = new List<MeasuredPoint>();
        foreach (var point in Comparable(points).OrderBy(point => point.Cost(measure)).ThenByDescending(point => point.Accuracy.Value))
            if (front.Count == 0 || point.Accuracy.Value > front[^1].Accuracy.Value) front.Add(point);
        return front;
    }

    /// <summary>The points that may be called the best.</summary>
    public static IReadOnlyList<MeasuredPoint> Comparable(IEnumerable<MeasuredPoint> points)
    {
        var all = points.ToList();
        var whole = all.Where(point => !point.LacksTooMany).ToList();
        return whole.Count > 0 ? whole : all;
    }
}
