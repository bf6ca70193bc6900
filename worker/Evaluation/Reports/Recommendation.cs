namespace RebaseBatch.Evaluation.Reports;

/// <summary>What to run for a budget, of everything that was measured.</summary>
/// <param name="Best">The most accurate point within the budget.</param>
/// <param name="NextBetter">The cheapest point beyond the budget that was more accurate; null: nothing was.</param>
/// <param name="Alike">Points within the budget that the paired test doesn't tell from the best (two-sided p of 0.05 or more), the cheapest first.</param>
sealed record Recommendation(MeasuredPoint Best, MeasuredPoint? NextBetter, IReadOnlyList<MeasuredPoint> Alike)
{
    public const double Significance = 0.05;

    /// <returns>Null: nothing measured is that cheap.</returns>
    public static Recommendation? Of(IReadOnlyList<MeasuredPoint> points, CostMeasure basis, double budget)
    {
        if (BudgetChoice.Within(points, basis, budget) is not { } best) return null;
        return new(
            best,
            ParetoFront.Of(points, basis).FirstOrDefault(point => point.Cost(basis) > budget && point.Accuracy.Value > best.Accuracy.Value),
            [.. points.Where(point => point != best && point.Cost(basis) <= budget && best.Against(point).TwoSided >= Significance).OrderBy(point => point.Cost(basis))]);
    }
}
