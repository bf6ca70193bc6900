using System.Globalization;
using System.Xml.Linq;
using RebaseBatch.Core.Statistics;
using RebaseBatch.Evaluation.Reports.Charts;
using RebaseBatch.Evaluation.Reports.ModelQuality;

namespace RebaseBatch.Evaluation.Reports.Page;

/// <summary>What the reward model's scores are worth: whether they are probabilities, and whether they rank.</summary>
sealed class CalibrationSection(MeasuredDataset evaluation, IReadOnlyList<ScoreCalibration> calibrations, string prefix)
{
    const int GreyColour = 7;

    // A share of fewer problems would draw a line that means nothing; the table has it.
    const int LeastProblems = 5;

    readonly SeriesStyles _styles = new(evaluation);

    public Section? Of() => calibrations.Count == 0 ? null : new($"{prefix}calibration", "What the reward model's scores are worth",
        Section.Text("By the widest job of each policy, reward model and strategy. Reliability: of all finished solutions with a score "
            + "near 0.8, are eight in ten right? A line below the diagonal is overconfident. The same for steps: a step counts as right by "
            + "the share of the finished solutions behind it that are right (arXiv 2312.08935). Whiskers are 95\u00a0% Wilson intervals "
            + "for problems as clusters. The charts leave out scores that fewer than "
            + $"{LeastProblems} problems have; the table has them."),
        Section.Text("AUC by depth: of two steps of the same problem and depth, one that leads to a right solution and one that leads to "
            + "a wrong one, the chance that the first has the higher score; equal scores count half (Mann and Whitney 1947). 0.5 is "
            + "chance: a search could as well draw lots there. 1 is perfect. A search compares the steps of one problem with each other, "
            + "so this is what it needs of the scores; whether they are probabilities does not matter for it. Overall, in the table, "
            + "also takes pairs of different problems: it is high, too, if the model only knows easy problems from hard ones. Steps that "
            + "lead to no finished solution are not known to be right or wrong, and do not count. REBASE continues steps with high scores "
            + "more often, and so leaves fewer low ones to compare."),
        Deleted(),
        calibrations.GroupBy(one => one.Series.Policy)
            .Select(alike => Xhtml.Of("div", "panels", Reliability([.. alike]), Ranks([.. alike]))),
        Rankings().Open(), Bins().Folded("Numbers of the reliability curves"));

    XElement? Deleted()
    {
        var without = calibrations.Where(one => one.WithoutSteps > 0)
            .Select(one => $"{one.WithoutSteps} problems of job {one.JobId}").ToList();
        return without.Count == 0 ? null
            : Section.Text($"The steps of {string.Join(", ", without)} were deleted; only their solutions count.");
    }

    string NameOf(ScoreCalibration one) => $"{evaluation.Names.StrategyOf(one.Series)} {one.Width}";

    XElement Reliability(IReadOnlyList<ScoreCalibration> alike)
    {
        LineChart chart = new("Reliability of scores", $"{alike.Count} searches", Scale.FromZero(1, Label), "score",
            Scale.FromZero(1, Label), "share that is right",
            [
                new("score = share", SeriesStyle.Of(GreyColour, 5) with { Dash = "1 4" },
                    [new(0, new(0, 0, 0), "score = share"), new(1, new(1, 1, 1), "score = share")]),
                .. alike.Select(one => Line(one, "solutions", one.Solutions, 0)),
                .. alike.Where(one => one.Steps.Cases > 0).Select(one => Line(one, "steps", one.Steps, 1)),
            ]);
        return Section.Chart(chart.Draw(), chart.Legend(), $"{evaluation.Names.Policy(alike[0].Series)}: reliability");
    }

    ChartLine Line(ScoreCalibration one, string what, ReliabilityCurve curve, int pattern) => new($"{NameOf(one)}, {what}",
        SeriesStyle.Of(_styles.OfStrategy(one.Series).Colour, pattern),
        [
            .. curve.Bins.Where(bin => bin.Clusters >= LeastProblems).Select(bin => new ChartPoint(bin.Score, bin.Right,
                $"{NameOf(one)}, {what} with scores from {Label(bin.Low)} to {Label(bin.High)}: {bin.Cases} of {bin.Clusters} problems, "
                    + $"{NumberText.Interval(bin.Right)} right")),
        ]);

    XElement Ranks(IReadOnlyList<ScoreCalibration> alike)
    {
        List<int?> depths =
        [
            .. alike.SelectMany(one => one.Rankings).Where(row => row.WithinProblem is not null).Select(row => row.Depth).Distinct()
                .OrderBy(depth => depth ?? int.MaxValue),
        ];
        LineChart chart = new("AUC by depth", $"{alike.Count} searches",
            Scale.Categories([.. depths.Select(depth => depth is { } at ? Depth(at) : "solution")]), "depth of the step",
            Scale.FromZero(1, Label), "AUC within a problem",
            [
                new("chance", SeriesStyle.Of(GreyColour, 5) with { Dash = "1 4" },
                    depths.Count == 0 ? [] : [new(1, new(0.5, 0.5, 0.5), "chance"), new(depths.Count, new(0.5, 0.5, 0.5), "chance")]),
                .. alike.Select((one, i) => new ChartLine(NameOf(one), SeriesStyle.Of(_styles.OfStrategy(one.Series).Colour, i),
                    [.. one.Rankings.Where(row => row.WithinProblem is not null).Select(row => new ChartPoint(
                        depths.IndexOf(row.Depth) + 1, row.WithinProblem!.Value,
                        $"{NameOf(one)}, {(row.Depth is { } at ? $"depth {Depth(at)}" : "solutions")}: "
                            + $"{Range(row.WithinProblem)}, {row.Cases} of {row.Problems} problems"))])),
            ]);
        return Section.Chart(chart.Draw(), chart.Legend(), $"{evaluation.Names.Policy(alike[0].Series)}: AUC by depth");
    }

    DataTable Rankings() => DataTable.Of<(ScoreCalibration Of, RankingRow Row)>($"{prefix}auc", "AUC by depth",
        [.. calibrations.SelectMany(one => one.Rankings.Select(row => (one, row)))],
        new("policy", row => evaluation.Names.Policy(row.Of.Series)),
        new("reward", row => row.Of.Reward),
        new("strategy", row => evaluation.Names.StrategyOf(row.Of.Series)),
        new("width", row => row.Of.Width),
        new("job", row => row.Of.JobId),
        new("depth", row => row.Row.Depth is { } depth ? Depth(depth) : "solutions"),
        new("cases", row => row.Row.Cases),
        new("problems_with_both", row => row.Row.Problems),
        new("auc_within_problem", row => row.Row.WithinProblem?.Value, row => Range(row.Row.WithinProblem)),
        new("low", row => row.Row.WithinProblem?.Low) { OnPage = false },
        new("high", row => row.Row.WithinProblem?.High) { OnPage = false },
        new("auc_overall", row => row.Row.Overall, row => row.Row.Overall is { } value ? Label(value, "0.000") : ""));

    DataTable Bins() => DataTable.Of<(ScoreCalibration Of, string What, ReliabilityCurve Curve, ReliabilityBin Bin)>(
        $"{prefix}reliability", "Share right by score; the error is the mean distance between the two (expected calibration error)",
        [
            .. calibrations.SelectMany(one => new[] { ("solutions", one.Solutions), ("steps", one.Steps) }
                .SelectMany(pair => pair.Item2.Bins.Select(bin => (one, pair.Item1, pair.Item2, bin)))),
        ],
        new("policy", row => evaluation.Names.Policy(row.Of.Series)),
        new("strategy", row => evaluation.Names.StrategyOf(row.Of.Series)),
        new("width", row => row.Of.Width),
        new("job", row => row.Of.JobId),
        new("of", row => row.What),
        new("from_score", row => row.Bin.Low),
        new("to_score", row => row.Bin.High),
        new("cases", row => row.Bin.Cases),
        new("problems", row => row.Bin.Clusters),
        new("mean_score", row => row.Bin.Score, row => Label(row.Bin.Score, "0.000")),
        new("right", row => row.Bin.Right.Value, row => NumberText.Interval(row.Bin.Right)),
        new("low", row => row.Bin.Right.Low) { OnPage = false },
        new("high", row => row.Bin.Right.High) { OnPage = false },
        new("error", row => row.Curve.Error, row => Label(row.Curve.Error ?? 0, "0.000")));

    static string Depth(int depth) => depth < CalibrationSums.MostDepth ? $"{depth}" : $"{depth}+";

    static string Range(Estimate? value) => value is not { } area ? ""
        : string.Create(CultureInfo.InvariantCulture, $"{area.Value:0.000} ({area.Low:0.000} to {area.High:0.000})");

    static string Label(double value) => Label(value, "0.0");

    static string Label(double value, string format) => value.ToString(format, CultureInfo.InvariantCulture);
}
