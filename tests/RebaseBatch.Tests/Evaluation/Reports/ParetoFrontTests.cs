using FsCheck;
using FsCheck.Fluent;
using RebaseBatch.Evaluation.Reports;
using Xunit;

namespace RebaseBatch.Tests.Evaluation.Reports;

[Fast]
public sealed class ParetoFrontTests
{
    // Few values, so that ties are frequent.
    static readonly Gen<List<MeasuredPoint>> s_points =
        from values in Gen.Choose(1, 9).SelectMany(cost => Gen.Choose(0, 9).Select(accuracy => (cost, accuracy))).NonEmptyListOf()
        select values.Select(value => Measured.Point(value.cost, value.accuracy / 10.0)).ToList();

    static readonly Gen<CostMeasure> s_basis = Gen.Elements(CostMeasure.Policy, CostMeasure.Total);

    static void Check(Func<List<MeasuredPoint>, CostMeasure, bool> holds) => Prop.ForAll(
        s_points.SelectMany(points => s_basis.Select(basis => (points, basis))).ToArbitrary(),
        pair => holds(pair.points, pair.basis)).Check(Config.QuickThrowOnFailure.WithMaxTest(1000));

    static bool Dominates(MeasuredPoint one, MeasuredPoint other, CostMeasure basis) =>
        one.Cost(basis) <= other.Cost(basis) && one.Accuracy.Value >= other.Accuracy.Value
            && (one.Cost(basis) < other.Cost(basis) || one.Accuracy.Value > other.Accuracy.Value);

    [Fact]
    public void No_measured_point_dominates_one_of_the_front() => Check((points, basis) =>
        ParetoFront.Of(points, basis).All(on => !points.Any(point => Dominates(point, on, basis))));

    [Fact]
    public void Whatever_is_not_on_the_front_is_dominated_or_equalled_by_one_that_is() => Check((points, basis) =>
    {
        var front = ParetoFront.Of(points, basis);
        return points.All(point => front.Any(on => on.Cost(basis) <= point.Cost(basis) && on.Accuracy.Value >= point.Accuracy.Value));
    });

    [Fact]
    public void Cost_and_accuracy_rise_along_it() => Check((points, basis) =>
        ParetoFront.Of(points, basis) is var front && front.Zip(front.Skip(1))
            .All(pair => pair.First.Cost(basis) < pair.Second.Cost(basis) && pair.First.Accuracy.Value < pair.Second.Accuracy.Value));

    [Fact]
    public void The_best_for_a_budget_costs_no_more_and_grows_with_the_budget() => Check((points, basis) =>
    {
        var choices = BudgetChoice.Of(points, basis);
        return choices.All(choice => choice.Best.Cost(basis) <= choice.Budget * 1.000001)
            && choices.Zip(choices.Skip(1))
            .All(pair => pair.First.Budget < pair.Second.Budget && pair.First.Best.Accuracy.Value <= pair.Second.Best.Accuracy.Value)
            && choices[^1].Best.Accuracy.Value == points.Max(point => point.Accuracy.Value);
    });

    [Fact]
    public void A_recommendation_is_the_best_within_the_budget_and_the_next_better_one_beyond_it() => Check((points, basis) =>
    {
        var recommendation = Recommendation.Of(points, basis, 5);
        var within = points.Where(point => point.Cost(basis) <= 5).ToList();
        if (recommendation is null) return within.Count == 0;
        var better = points.Where(point => point.Cost(basis) > 5 && point.Accuracy.Value > recommendation.Best.Accuracy.Value).ToList();
        return recommendation.Best.Accuracy.Value == within.Max(point => point.Accuracy.Value)
            && (recommendation.NextBetter is null ? better.Count == 0 : recommendation.NextBetter.Cost(basis)
                == better.Min(point => point.Cost(basis)));
    });

    [Fact]
    public void What_lacks_too_many_problems_is_not_called_the_best_unless_everything_does()
    {
        double?[] some = [.. Enumerable.Repeat<double?>(1, 10)];
        var (lucky, whole) = (Measured.Point(1, 1, some) with { Failed = 2 }, Measured.Point(2, 0.5, some) with { Failed = 1 });

        var recommendation = Recommendation.Of([lucky, whole], CostMeasure.Policy, 10)!;
        Assert.Equal((whole, null), (recommendation.Best, recommendation.NextBetter));
        Assert.Empty(recommendation.Alike);
        Assert.Equal([whole], ParetoFront.Of([lucky, whole], CostMeasure.Policy));
        Assert.All(BudgetChoice.Of([lucky, whole], CostMeasure.Policy), choice => Assert.Equal(whole, choice.Best));

        var worse = lucky with { Accuracy = new(0.1, 0.1, 0.1), PolicyFlops = 0.5 };
        Assert.Equal([worse, lucky], ParetoFront.Of([lucky, worse], CostMeasure.Policy));
    }

    [Fact]
    public void What_the_paired_test_can_not_tell_from_the_best_is_named_the_cheapest_first()
    {
        double?[] best = [.. Enumerable.Repeat<double?>(1, 10)];
        double?[] alike = [.. Enumerable.Repeat<double?>(1, 8), 0, 0]; // p = 0.5
        double?[] worse = [.. Enumerable.Repeat<double?>(1, 4), .. Enumerable.Repeat<double?>(0, 6)]; // p = 0.03125
        MeasuredPoint[] points =
            [Measured.Point(8, 1, best), Measured.Point(7, 0.8, alike), Measured.Point(6, 0.4, worse), Measured.Point(2, 0.8, alike),
                Measured.Point(99, 0.9, alike)];

        var recommendation = Recommendation.Of(points, CostMeasure.Policy, 10)!;

        Assert.Equal((points[0], null), (recommendation.Best, recommendation.NextBetter));
        Assert.Equal([points[3], points[1]], recommendation.Alike);
    }
}
