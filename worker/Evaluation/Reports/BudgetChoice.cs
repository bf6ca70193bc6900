namespace RebaseBatch.Evaluation.Reports;

/// <summary>The best measured point within a budget.</summary>
/// <param name="Budget">FLOPs or seconds a problem.</param>
sealed record BudgetChoice(double Budget, MeasuredPoint Best)
{
    /// <summary>
    /// Budgets at whole and half decades, from the first that is enough for any point to the first that is enough for every point.
    /// </summary>
    public static IReadOnlyList<BudgetChoice> Of(IReadOnlyList<MeasuredPoint> points, CostMeasure measure)
    {
        var costs = ParetoFront.Comparable(points).Select(point => point.Cost(measure)).Where(cost => cost > 0).ToList();
        if (costs.Count == 0) return [];
        var (first, last) = (HalfDecade(costs.Min()), HalfDecade(costs.Max()));
        return [.. Enumerable.Range(first, last - first + 1).Select(half => Math.Pow(10, half / 2.0))
            .Select(budget => new BudgetChoice(budget, Within(points, measure, budget)!))];

        static int HalfDecade(double cost) => (int)Math.Ceiling((2 * Math.Log10(cost)) - 1e-9);
    }

    /// <returns>The most accurate point that costs no more, and the cheapest of equally accurate ones; null: every point costs
    /// more.</returns>
    public static MeasuredPoint? Within(IEnumerable<MeasuredPoint> points, CostMeasure measure, double budget) =>
        // One part in a billion, because a half power of 10 is not an exact number.
        ParetoFront.Of(points, measure).LastOrDefault(point => point.Cost(measure) <= budget * (1 + 1e-9));
}
