namespace RebaseBatch.Evaluation.Reports;

/// <summary>The best measured point that a budget pays for.</summary>
/// <param name="Budget">FLOPs a problem.</param>
sealed record BudgetChoice(double Budget, MeasuredPoint Best)
{
    /// <summary>Budgets at whole and half decades, from the first that pays for anything to the first that pays for everything.</summary>
    public static IReadOnlyList<BudgetChoice> Of(IReadOnlyList<MeasuredPoint> points, CostMeasure basis)
    {
        var costs = points.Select(point => point.Cost(basis)).Where(cost => cost > 0).ToList();
        if (costs.Count == 0) return [];
        var (first, last) = (HalfDecade(costs.Min()), HalfDecade(costs.Max()));
        return [.. Enumerable.Range(first, last - first + 1).Select(half => Math.Pow(10, half / 2.0)).Select(budget => new BudgetChoice(budget, Within(points, basis, budget)!))];

        static int HalfDecade(double cost) => (int)Math.Ceiling((2 * Math.Log10(cost)) - 1e-9);
    }

    /// <returns>The most accurate point that costs no more, of equal ones the cheapest; null: nothing measured is that cheap.</returns>
    public static MeasuredPoint? Within(IEnumerable<MeasuredPoint> points, CostMeasure basis, double budget) =>
        // A part in a billion, as 10 to a half power is no exact number.
        ParetoFront.Of(points, basis).LastOrDefault(point => point.Cost(basis) <= budget * (1 + 1e-9));
}
