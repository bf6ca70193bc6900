using System.Xml.Linq;
using RebaseBatch.Core.Statistics;
using RebaseBatch.Evaluation.Reports.Charts;

namespace RebaseBatch.Evaluation.Reports.Page;

/// <summary>Where strategies gain: accuracy by difficulty at comparable cost.</summary>
sealed class DifficultySection(MeasuredDataset evaluation, string prefix)
{
    readonly SeriesStyles _styles = new(evaluation);

    sealed record Row(MeasuredPoint Point, int Group, string Difficulty, int Problems, Estimate Accuracy);

    public Section? Of()
    {
        if (evaluation.Problems < Difficulty.LeastProblems) return null;
        var levels = Difficulty.ByLevel(evaluation.Levels);
        var groups = levels ?? Difficulty.Quartiles([.. evaluation.OwnPoints.Select(point => point.Shares)]);
        var (charts, rows) = (new List<XElement>(), new List<Row>());
        foreach (var policy in _styles.Policies)
        {
            var points = Difficulty.AtComparableCost([.. evaluation.OwnPoints.Where(point => point.Series.Policy == policy)]);
            var own = groups.SelectMany((group, i) => Rows(points, group, i)).OrderBy(row => points.IndexOf(row.Point)).ToList();
            rows.AddRange(own);
            LineChart chart = new(
                "Accuracy by difficulty", $"{own.Count} figures", Scale.Categories([.. groups.Select(group => group.Name)]),
                levels is null ? "problems, by how often they are solved" : "problems, by the dataset's level", Scale.FromZero(1,
                share => $"{100 * share:0} %"), "accuracy",
                [
                    .. own.GroupBy(row => row.Point).Select(rows => new ChartLine($"{evaluation.Names.StrategyOf(rows.Key.Series)} "
                        + $"{rows.Key.Width}, {SeriesNames.VoteOf(rows.Key.Series)}",
                        _styles.OfSearch(rows.Key.Series),
                        [.. rows.Select(row => new ChartPoint(row.Group + 1, row.Accuracy, Note(row)))])),
                ]);
            charts.Add(Section.Chart(chart.Draw(), chart.Legend(), evaluation.Names.Policy(points[0].Series)));
        }

        return new($"{prefix}difficulty", "Accuracy by difficulty",
            Section.Text($"{(levels is null ? ByQuarters() : ByLevels(groups.Sum(group => group.Problems.Count)))} Each strategy is shown "
                + "at the width whose policy FLOPs are nearest to those of the widest REBASE search."),
            Xhtml.Of("div", "panels", charts),
            DataTable.Of<Row>($"{prefix}difficulty", "Accuracy by difficulty", rows,
                new("policy", row => evaluation.Names.Policy(row.Point.Series)),
                new("strategy", row => evaluation.Names.StrategyOf(row.Point.Series)),
                new("width", row => row.Point.Width),
                new("vote", row => SeriesNames.VoteOf(row.Point.Series)),
                new("policy_flops", row => row.Point.PolicyFlops, row => NumberText.Scientific(row.Point.PolicyFlops)),
                new("difficulty", row => row.Difficulty),
                new("problems", row => row.Problems),
                new("accuracy", row => row.Accuracy.Value, row => NumberText.Interval(row.Accuracy)),
                new("low", row => row.Accuracy.Low) { OnPage = false },
                new("high", row => row.Accuracy.High) { OnPage = false }).Folded());
    }

    /// <summary>Without points that failed on every problem of the group.</summary>
    static IEnumerable<Row> Rows(List<MeasuredPoint> points, DifficultyGroup group, int i) =>
        points.Select(point => (Point: point, Shares: group.Problems.Select(problem => point.Shares[problem]).ToList()))
            .Where(pair => pair.Shares.Exists(share => share is not null))
            .Select(pair => new Row(pair.Point, i, group.Name, pair.Shares.Count(share => share is not null),
                ShareInterval.Of(pair.Shares, pair.Point.Jobs.Count)));

    string ByQuarters() =>
        $"Problems in quarters by how often all {evaluation.OwnPoints.Count()} searches of this report solved them; the dataset has no "
            + "levels that could be used. The compared searches themselves make the groups, so compare the lines with each other and not "
            + "with the axis.";

    string ByLevels(int problems) => (evaluation.Problems - problems) switch
    {
        0 => "Problems by the level that the dataset gives them.",
        1 => $"Problems by the level that the dataset gives them; 1 of {evaluation.Problems} has none and is left out.",
        var without => $"Problems by the level that the dataset gives them; {without} of {evaluation.Problems} have none and are left out.",
    };

    string Note(Row row) => $"{evaluation.Names.Of(row.Point)}\n{NumberText.Percent(row.Accuracy.Value)} of {row.Problems} problems "
        + $"({NumberText.Percent(row.Accuracy.Low)} to {NumberText.Percent(row.Accuracy.High)})";
}
