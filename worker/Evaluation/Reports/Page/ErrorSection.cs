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
            + "as accurate."),
        Section.Toggled($"{prefix}error-basis", "Cost",
            ("policy FLOPs (the paper's)", Charts(CostMeasure.Policy)), ("policy and reward FLOPs", Charts(CostMeasure.Total))),
        PointTables.Of($"{prefix}points", "All measured points", evaluation, evaluation.Points).Folded());

    IEnumerable<object> Charts(CostMeasure measure)
    {
        var own = Chart(measure, [.. evaluation.OwnPoints], _styles.OfPolicy, evaluation.Names.Of);
        yield return Section.Chart(own.Draw(), own.Legend());
        var panels = new List<XElement>();
        foreach (var policy in _styles.Policies)
        {
            var points = evaluation.Points.Where(point => point.Series.Policy == policy).ToList();
            if (points.Select(point => point.Series).Distinct().Count() < 2) continue;
            var panel = Chart(measure, points, _styles.OfStrategy, evaluation.Names.Search) with { Width = 500, Height = 340 };
            panels.Add(Section.Chart(panel.Draw(), panel.Legend(), $"{evaluation.Names.Policy(points[0].Series)}: every vote"));
        }

        if (panels.Count > 0) yield return Xhtml.Of("div", "panels", panels);
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
            Scale.Decades(points.Select(point => point.Cost(measure))), measure is CostMeasure.Policy
                ? "policy FLOPs a problem" : "policy and reward FLOPs a problem",
            Scale.FromZero(greatest, share => $"{100 * share:0} %"), "error (1 − accuracy)", [.. lines]);
    }

    string Note(MeasuredPoint point, CostMeasure measure) =>
        $"{evaluation.Names.Of(point)}\nerror {NumberText.Percent(1 - point.Accuracy.Value)} "
            + $"({NumberText.Percent(1 - point.Accuracy.High)} to "
            + $"{NumberText.Percent(1 - point.Accuracy.Low)})\n{NumberText.Scientific(point.Cost(measure))} FLOPs a "
            + $"problem{(evaluation.Comparison is { Runs: var runs } ? $"\n{runs.NamesOf(point.Jobs)}" : "")}";

    static Estimate Error(Estimate accuracy) => new(1 - accuracy.Value, 1 - accuracy.High, 1 - accuracy.Low);
}
