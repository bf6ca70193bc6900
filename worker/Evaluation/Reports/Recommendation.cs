namespace RebaseBatch.Evaluation.Reports;

/// <summary>The best measured choices for a budget.</summary>
/// <param name="Best">The most accurate point within the budget.</param>
/// <param name="NextBetter">The cheapest point beyond the budget that was more accurate; null if there is none.</param>
/// <param name="Alike">Points within the budget that the paired test does not tell from the best (two-sided p of 0.05 or more), the
/// cheapest first.</param>
sealed record Recommendation(MeasuredPoint Best, MeasuredPoint? NextBetter, IReadOnlyList<MeasuredPoint> Alike)
{
    public const double Significance = 0.05;

    /// <returns>Null: every measured point costs more.</returns>
    public static Recommendation? Of(IReadOnlyList<MeasuredPoint> points, CostMeasure measure, double budget)
    {
        if (BudgetChoice.Within(points, measure, budget) is not { } best) return null;
        return new(
            best,
            ParetoFront.Of(points, measure)
                .FirstOrDefault(point => point.Cost(measure) > budget && point.Accuracy.Value > best.Accuracy.Value),
            [.. ParetoFront.Comparable(points)
                .Where(point => point != best && point.Cost(measure) <= budget && best.ChanceAgainst(point) >= Significance)
                .OrderBy(point => point.Cost(measure))]);
    }
}
