using System.Xml.Linq;
using RebaseBatch.Core.Answers;
using RebaseBatch.Core.Statistics;
using RebaseBatch.Evaluation.Reports.Charts;

namespace RebaseBatch.Evaluation.Reports.Page;

/// <summary>What more samples would bring.</summary>
sealed class SaturationSection(IReadOnlyList<SaturationCurve> curves, string prefix)
{
    public Section? Of() => curves.Count == 0 ? null : new($"{prefix}saturation", "Saturation of voting",
        Section.Text("For the widest sampling job of each policy: the accuracy of votes among 1, 2, 4, ... of its samples, and the limit "
            + "for ever more samples (extrapolated: a gold answer that no sample gave never wins), without problems that failed. "
            + "Any right is pass@k: how often at least one of the k samples is right, by the unbiased estimate from all samples (arXiv "
            + "2107.03374); no vote can be better. Whiskers are 95\u00a0% intervals "
            + "over problems; that of the limit is too narrow for few problems."),
        Xhtml.Of("div", "panels", curves.Select(Chart)),
        DataTable.Of<(SaturationCurve Curve, SaturationRow Row)>($"{prefix}saturation", "Accuracy by the number of samples",
            [.. curves.SelectMany(curve => curve.Rows.Select(row => (curve, row)))],
            new("policy", row => row.Curve.Policy),
            new("job", row => row.Curve.JobId),
            new("problems", row => row.Curve.Problems),
            new("samples", row => row.Row.Samples, row => row.Row.Samples is { } samples ? $"{samples}" : "limit"),
            Column("majority", row => row.Majority), Column("majority_low", row => row.Majority, end => end.Low),
            Column("majority_high", row => row.Majority, end => end.High),
            Column("weighted", row => row.Weighted), Column("weighted_low", row => row.Weighted, end => end.Low),
            Column("weighted_high", row => row.Weighted, end => end.High),
            Column("any_right", row => row.AnyRight), Column("any_right_low", row => row.AnyRight, end => end.Low),
            Column("any_right_high", row => row.AnyRight, end => end.High)).Folded());

    static DataColumn<(SaturationCurve Curve, SaturationRow Row)> Column(
        string name, Func<SaturationRow, Estimate?> value, Func<Estimate, double>? end = null) =>
        new(name, row => value(row.Row) is { } share ? end is null ? share.Value : end(share) : null,
            row => value(row.Row) is { } share ? NumberText.Interval(share) : "")
        { OnPage = end is null };

    static XElement Chart(SaturationCurve curve)
    {
        var labels = curve.Rows.Select(row => row.Samples is { } samples ? $"{samples}" : "limit").ToList();
        var lines = new List<ChartLine> { Line("majority", SeriesStyle.Of(2, 1), row => row.Majority) };
        if (curve.Rows[0].Weighted is not null) lines.Add(Line("weighted", SeriesStyle.Of(3, 0), row => row.Weighted));
        if (curve.Rows[0].AnyRight is not null) lines.Add(Line("any right (pass@k)", SeriesStyle.Of(4, 3), row => row.AnyRight));
        LineChart chart = new($"Saturation of voting, {curve.Policy}", $"{labels.Count - 1} numbers of samples and the limit",
            Scale.Categories(labels), "samples",
            Scale.FromZero(1, share => $"{100 * share:0} %"), "accuracy", lines);
        return Section.Chart(chart.Draw(), chart.Legend(), curve.Policy);

        ChartLine Line(string name, SeriesStyle style, Func<SaturationRow, Estimate?> estimate) => new(name, style,
        [
            .. from row in curve.Rows.Select((row, i) => (Place: i, Share: estimate(row)))
               where row.Share is not null
               let share = row.Share!.Value
               select new ChartPoint(row.Place + 1, share,
                   $"{name} of {labels[row.Place]}: {NumberText.Interval(share)} over {curve.Problems} problems"),
        ]);
    }
}
