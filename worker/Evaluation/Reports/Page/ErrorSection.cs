using System.Xml.Linq;
using RebaseBatch.Core.Statistics;
using RebaseBatch.Evaluation.Reports.Charts;

namespace RebaseBatch.Evaluation.Reports.Page;

/// <summary>The paper's picture: error against inference FLOPs.</summary>
sealed class ErrorSection(MeasuredDataset evaluation, string prefix)
{
    readonly SeriesStyles _styles = new(evaluation);

    public Section Of() => new($"{prefix}error", "Error against inference FLOPs",
        Section.Text("Each line is a policy and a strategy with the vote of its jobs; the width grows along the line. Whiskers are "
            + "95\u00a0% intervals over problems. Ringed points are on the Pareto front: no other point was both as cheap and "
            + "as accurate. The paper counts what the policy samples; the chart beside it counts what really went through both models, of "
            + "which the reward model is often the larger part. A letter at a line's end is its letter in the legend."),
        Section.ByCost(Own), _styles.Policies.Select(Votes),
        PointTables.Of($"{prefix}points", "All measured points", evaluation, evaluation.Points).Folded());

    XElement Own(CostMeasure measure)
    {
        var chart = Chart(measure, [.. evaluation.OwnPoints], _styles.OfPolicy, evaluation.Names.Of);
        return Section.Chart(chart.Draw(), chart.Legend(), CostText.Title(measure));
    }

    XElement? Votes(MeasuredModel policy)
    {
        var points = evaluation.Points.Where(point => point.Series.Policy == policy).ToList();
        if (points.Select(point => point.Series).Distinct().Count() < 2) return null;
        return Section.ByCost(measure =>
        {
            var chart = Chart(measure, points, _styles.OfStrategy, evaluation.Names.Search);
            return Section.Chart(
                chart.Draw(), chart.Legend(), $"{evaluation.Names.Policy(points[0].Series)}, every vote: {CostText.Title(measure)}");
        });
    }

    LineChart Chart(CostMeasure measure, List<MeasuredPoint> points, Func<Series, SeriesStyle> style, Func<Series, string> name)
    {
        var front = ParetoFront.Of(points, measure).ToHashSet();
        var lines = points.GroupBy(point => point.Series).Select(line => new ChartLine(name(line.Key), style(line.Key),
        [
            .. line.OrderBy(point => point.Cost(measure))
            .Select(point => new ChartPoint(point.Cost(measure), Error(point.Accuracy), Note(point, measure), front.Contains(point))),
        ]));
        var greatest = points.Max(point => 1 - point.Accuracy.Low);
        return new(
            "Error against inference FLOPs", $"{points.Count} points of {evaluation.Name}; their numbers are in the table below",
            Scale.Decades(points.Select(point => point.Cost(measure))), CostText.Axis(measure),
            Scale.FromZero(greatest, share => $"{100 * share:0} %"), "error (1 − accuracy)", [.. lines]);
    }

    string Note(MeasuredPoint point, CostMeasure measure) =>
        $"{evaluation.Names.Of(point)}\nerror {NumberText.Percent(1 - point.Accuracy.Value)} of {point.Graded} "
            + $"({NumberText.Percent(1 - point.Accuracy.High)} to "
            + $"{NumberText.Percent(1 - point.Accuracy.Low)})\n{NumberText.Scientific(point.Cost(measure))} FLOPs a "
            + $"problem{(evaluation.Comparison is { Runs: var runs } ? $"\n{runs.NamesOf(point.Jobs)}" : "")}";

    static Estimate Error(Estimate accuracy) => new(1 - accuracy.Value, 1 - accuracy.High, 1 - accuracy.Low);
}
