using System.Xml.Linq;
using RebaseBatch.Core.Statistics;
using RebaseBatch.Evaluation.Reports.Charts;

namespace RebaseBatch.Evaluation.Reports.Page;

/// <summary>Which points are worth running: the Pareto front over every measured point, and the best choice for each budget.</summary>
sealed class FrontSection(MeasuredDataset evaluation, string prefix)
{
    public Section Front() => new($"{prefix}front", "Pareto front",
        Section.Text("All measured points, every vote included, for which no other point was both as cheap and as accurate. The best of "
            + "many measured figures is more often lucky than unlucky: neighbours whose intervals overlap may change places on other "
            + "problems."),
        Section.ByCost(Front), FrontTable(CostMeasure.Policy), FrontTable(CostMeasure.Total));

    public Section Budgets() => new($"{prefix}budgets", "Best model and strategy for a budget",
        Section.Text("For each half decade of FLOPs a problem: the most accurate measured point that costs no more, and the cheapest of "
            + "equally accurate ones. 'rebase recommend' with --budget, --budget-flops-total or --budget-seconds answers the same for any "
            + "budget, and names the points that the test does not tell from the best."),
        Section.ByCost(measure => Budgets(evaluation.Points, measure)),
        BudgetTable(evaluation.Points, CostMeasure.Policy), BudgetTable(evaluation.Points, CostMeasure.Total), Seconds());

    IEnumerable<XElement> Seconds()
    {
        if (MeasuredSeconds.Of(evaluation, hardware: null) is not { } seconds) yield break;
        yield return Section.Text($"By time on {seconds.Hardware}, {seconds.Meaning}. {string.Join(" ", seconds.LeftOut.Select(
            reason => $"{char.ToUpperInvariant(reason[0])}{reason[1..]}."))}");
        yield return Xhtml.Of("div", "panels", Budgets(seconds.Points, CostMeasure.Seconds));
        foreach (var part in BudgetTable(seconds.Points, CostMeasure.Seconds)) yield return part;
    }

    XElement Front(CostMeasure measure)
    {
        var front = ParetoFront.Of(evaluation.Points, measure);
        var rest = evaluation.Points.Except(front).ToList();
        LineChart chart = new(
            "Pareto front", $"{front.Count} of {evaluation.Points.Count} measured points are on it",
            Scale.Decades(evaluation.Points.Select(point => point.Cost(measure))), CostText.Axis(measure),
            Scale.FromZero(1, share => $"{100 * share:0} %"), "accuracy",
            [
                new("other measured points", new(7, Marker.Ring),
                    [.. rest.Select(point => new ChartPoint(point.Cost(measure), Bare(point), evaluation.Names.Of(point)))],
                    Connected: false),
                new("Pareto front", new(0, Marker.Circle),
                    [.. front.Select(point => new ChartPoint(point.Cost(measure), point.Accuracy, evaluation.Names.Of(point), true))]),
            ]);
        return Section.Chart(chart.Draw(), chart.Legend(), CostText.Title(measure));
    }

    IEnumerable<XElement> FrontTable(CostMeasure measure) =>
        PointTables.Of($"{prefix}front-{CostText.Name(measure)}", $"The front by {CostText.Of(measure)}, the cheapest first", evaluation,
            ParetoFront.Of(evaluation.Points, measure)).Open();

    XElement Budgets(IReadOnlyList<MeasuredPoint> points, CostMeasure measure)
    {
        var choices = BudgetChoice.Of(points, measure);
        LineChart chart = new(
            "Best measured accuracy for a budget", $"{choices.Count} budgets", Scale.Decades(choices.Select(choice => choice.Budget)),
            $"budget: {CostText.Axis(measure)}",
            Scale.FromZero(1, share => $"{100 * share:0} %"), "accuracy",
            [new("best measured point within the budget", new(0, Marker.Diamond),
                [.. choices.Select(choice => new ChartPoint(choice.Budget, choice.Best.Accuracy, evaluation.Names.Of(choice.Best)))])]);
        return Section.Chart(chart.Draw(), chart.Legend(), CostText.Title(measure));
    }

    IEnumerable<XElement> BudgetTable(IReadOnlyList<MeasuredPoint> points, CostMeasure measure)
    {
        DataColumn<BudgetChoice>[] columns =
        [
            new("budget", choice => choice.Budget, choice => NumberText.Scientific(choice.Budget)),
            .. measure is CostMeasure.Seconds
                ? [new DataColumn<BudgetChoice>("seconds", choice => choice.Best.Seconds,
                    choice => NumberText.Seconds(choice.Best.Seconds ?? 0))]
                : Array.Empty<DataColumn<BudgetChoice>>(),
            .. PointTables.Columns<BudgetChoice>(evaluation, choice => choice.Best),
        ];
        return DataTable.Of($"{prefix}budgets-{CostText.Name(measure)}", $"The best for each budget of {CostText.Of(measure)}",
            BudgetChoice.Of(points, measure), columns).Open();
    }

    static Estimate Bare(MeasuredPoint point) => new(point.Accuracy.Value, point.Accuracy.Value, point.Accuracy.Value);
}
