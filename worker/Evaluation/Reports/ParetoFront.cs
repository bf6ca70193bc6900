namespace RebaseBatch.Evaluation.Reports;

/// <summary>The points for which no other point is both at least as accurate and at most as costly.</summary>
static class ParetoFront
{
    /// <returns>By rising cost and accuracy; of points that are equal in both, the first.</returns>
    public static IReadOnlyList<MeasuredPoint> Of(IEnumerable<MeasuredPoint> points, CostMeasure measure)
    {
        var front = new List<MeasuredPoint>();
        foreach (var point in points.OrderBy(point => point.Cost(measure)).ThenByDescending(point => point.Accuracy.Value))
            if (front.Count == 0 || point.Accuracy.Value > front[^1].Accuracy.Value) front.Add(point);
        return front;
    }
}
