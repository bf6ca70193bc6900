using System.Globalization;
using System.Xml.Linq;
using RebaseBatch.Evaluation.Reports.Charts;
using RebaseBatch.Evaluation.Reports.ModelQuality;

namespace RebaseBatch.Evaluation.Reports.Page;

/// <summary>What the policy could at all, beside what the votes made of it.</summary>
sealed class ChanceSection(MeasuredDataset evaluation, IReadOnlyList<PointChance> chances, string prefix)
{
    readonly SeriesStyles _styles = new(evaluation);

    public Section? Of() => chances.Count == 0 ? null : new($"{prefix}chance", "Could the policy at all",
        Section.Text("Any right is the share of problems for which at least one finished solution is right: what a vote that always "
            + "knows the right one would reach. For independent samples it is pass@k with k the width (arXiv 2107.03374). Where it is far "
            + "above the accuracy, a better reward model or vote would help; where it is near, only a better policy or more solutions "
            + "would. Whiskers are 95\u00a0% intervals over problems, the same as in the charts of error."),
        Xhtml.Of("div", "panels", _styles.Policies.Select(Chart)),
        DataTable.Of<PointChance>($"{prefix}chance", "Any right beside the vote", chances,
            new("policy", one => evaluation.Names.Policy(one.Point.Series)),
            new("strategy", one => evaluation.Names.StrategyOf(one.Point.Series)),
            new("width", one => one.Point.Width),
            new("vote", one => SeriesNames.VoteOf(one.Point.Series)),
            new("any_right", one => one.AnyRight.Value, one => one.AnyRightText),
            new("any_right_low", one => one.AnyRight.Low) { OnPage = false },
            new("any_right_high", one => one.AnyRight.High) { OnPage = false },
            new("accuracy", one => one.Point.Accuracy.Value, one => one.Point.AccuracyText),
            new("low", one => one.Point.Accuracy.Low) { OnPage = false },
            new("high", one => one.Point.Accuracy.High) { OnPage = false },
            new("lost_by_the_vote", one => one.AnyRight.Value - one.Point.Accuracy.Value,
                one => NumberText.Percent(one.AnyRight.Value - one.Point.Accuracy.Value)),
            new("any_right_problems", one => one.Right) { OnPage = false },
            new("right", one => one.Point.Right) { OnPage = false },
            new("graded", one => one.Point.Graded) { OnPage = false },
            new("jobs", one => string.Join(' ', one.Point.Jobs))).Open());

    XElement Chart(MeasuredModel policy)
    {
        var own = chances.Where(one => one.Point.Series.Policy == policy).ToList();
        var widths = own.Select(one => one.Point.Width).Distinct().Order().ToList();
        LineChart chart = new("Any right and the vote", $"{own.Count} searches",
            Scale.Categories([.. widths.Select(width => width.ToString(CultureInfo.InvariantCulture))]), "width",
            Scale.FromZero(1, share => $"{100 * share:0} %"), "share of problems",
            [.. own.GroupBy(one => one.Point.Series).SelectMany(line => Lines([.. line.OrderBy(one => one.Point.Width)], widths))]);
        return Section.Chart(chart.Draw(), chart.Legend(), evaluation.Names.Policy(own[0].Point.Series));
    }

    IEnumerable<ChartLine> Lines(IReadOnlyList<PointChance> line, List<int> widths)
    {
        var series = line[0].Point.Series;
        var style = _styles.OfStrategy(series);
        yield return new($"{evaluation.Names.StrategyOf(series)}, any right", SeriesStyle.Of(style.Colour, 3),
            [.. line.Select(one => new ChartPoint(widths.IndexOf(one.Point.Width) + 1, one.AnyRight,
                $"{evaluation.Names.Of(one.Point)}\nany right: {one.AnyRightText}"))]);
        yield return new(evaluation.Names.Search(series), style,
            [.. line.Select(one => new ChartPoint(widths.IndexOf(one.Point.Width) + 1, one.Point.Accuracy,
                $"{evaluation.Names.Of(one.Point)}\nright: {one.Point.AccuracyText}"))]);
    }
}
