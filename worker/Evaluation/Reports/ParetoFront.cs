namespace RebaseBatch.Evaluation.Reports;

/// <summary>The points that no other is at once at least as right and at most as costly as.</summary>
static class ParetoFront
{
    /// <returns>By rising cost and accuracy; of points alike in both the first.</returns>
    public static IReadOnlyList<MeasuredPoint> Of(IEnumerable<MeasuredPoint> points, CostMeasure basis)
    {
        var front = new List<MeasuredPoint>();
        foreach (var point in points.OrderBy(point => point.Cost(basis)).ThenByDescending(point => point.Accuracy.Value))
            if (front.Count == 0 || point.Accuracy.Value > front[^1].Accuracy.Value) front.Add(point);
        return front;
    }
}
