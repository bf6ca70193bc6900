using System.Xml.Linq;
using RebaseBatch.Core.Statistics;
using static RebaseBatch.Evaluation.Reports.Charts.Svg;

namespace RebaseBatch.Evaluation.Reports.Charts;

/// <summary>A <see cref="NightChart"/> in one size.</summary>
sealed class NightDrawing(NightChart chart, ChartSize size)
{
    const double Left = 56, Right = 14, Top = 14, Tick = 6;

    // Below it are the labels, whose words are below each other, and the axis' title.
    readonly double _bottom = size.Height - Tick - 8
        - (TextFit.LineHeight * (1 + chart.Nights.Max(night => night.Day.Split(' ').Length)));

    readonly double _right = size.Width - Right;

    /// <summary>The width of a night.</summary>
    double Step => (_right - Left) / chart.Nights.Count;

    IEnumerable<(NightPoint Night, double X)> Nights => chart.Nights.Select((night, i) => (night, Left + ((i + 0.5) * Step)));

    public XElement Draw() => Drawing(size.Width, size.Height, chart.Title, chart.Description,
        Axes(), Labels(), Nights.Where(at => at.Night.Sign is null).Select(Gap),
        Coloured(NightChart.BaselineColour, Runs(night => night.Baseline is not null).Select(Baseline)),
        Coloured(1, Runs(night => night.Limit is not null).Select(run =>
            Path(Steps(run, night => night.Limit!.Value), "curve", NightChart.LimitDash))),
        Runs(night => night.Value is not null).Select(Line), Nights.Select(Whisker), Nights.Select(Sign));

    double AtY(double value) => _bottom - (chart.Y.Place(value) * (_bottom - Top));

    IEnumerable<XElement> Axes()
    {
        foreach (var tick in chart.Y.Ticks)
        {
            yield return Svg.Line(Left, AtY(tick.Value), _right, AtY(tick.Value), "grid");
            yield return Text(Left - 8, AtY(tick.Value) + 4, tick.Label!, "end");
        }

        yield return Svg.Line(Left, _bottom, _right, _bottom, "axis");
        yield return Svg.Line(Left, Top, Left, _bottom, "axis");
        yield return Text((Left + _right) / 2, size.Height - 6, "night (due, UTC)", "middle", "title");
        var middle = (Top + _bottom) / 2;
        var title = Text(13, middle, "accuracy", "middle", "title");
        title.SetAttributeValue("transform", $"rotate(-90 13 {Number(middle)})");
        yield return title;
    }

    IEnumerable<XElement> Labels()
    {
        var days = Nights.Select(at => (at.X, Words: at.Night.Day.Split(' '))).ToList();
        // The newest night has its label in any case, so the labels are chosen from the right.
        days.Reverse();
        var shown = TextFit.Shown(days.ConvertAll(day => (-day.X, day.Words.Max(TextFit.WidthOf))));
        foreach (var ((x, words), isShown) in days.Zip(shown))
        {
            yield return Svg.Line(x, _bottom, x, _bottom + (isShown ? Tick : 3), "axis");
            for (var i = 0; isShown && i < words.Length; i++)
                yield return Text(x, _bottom + Tick + (TextFit.LineHeight * (i + 1)) - 3, words[i], "middle");
        }
    }

    static XElement Titled(string note, params object?[] content) => new("g", content, new XElement("title", note));

    XElement Gap((NightPoint Night, double X) at) => Titled(at.Night.Note, NightChart.Gap(at.X, Top, _bottom));

    /// <summary>Nights after each other that all fit.</summary>
    IEnumerable<IReadOnlyList<(NightPoint Night, double X)>> Runs(Func<NightPoint, bool> fits)
    {
        var run = new List<(NightPoint, double)>();
        foreach (var at in Nights)
        {
            if (fits(at.Night)) run.Add(at);
            else if (run.Count > 0)
            {
                yield return run;
                run = [];
            }
        }

        if (run.Count > 0) yield return run;
    }

    /// <summary>A value holds for the whole width of its night.</summary>
    string Steps(IEnumerable<(NightPoint Night, double X)> run, Func<NightPoint, double> value) => "M" + string.Join('L', run.Select(at =>
        $"{Number(at.X - (Step / 2))} {Number(AtY(value(at.Night)))}L{Number(at.X + (Step / 2))} {Number(AtY(value(at.Night)))}"));

    IEnumerable<XElement> Baseline(IReadOnlyList<(NightPoint Night, double X)> run)
    {
        var back = run.Reverse().Select(at =>
            $"{Number(at.X + (Step / 2))} {Number(AtY(at.Night.Baseline!.Value.Low))}L{Number(at.X - (Step / 2))} "
                + Number(AtY(at.Night.Baseline!.Value.Low)));
        yield return NightChart.Band($"{Steps(run, night => night.Baseline!.Value.High)}L{string.Join('L', back)}Z");
        yield return Path(Steps(run, night => night.Baseline!.Value.Value), "curve", NightChart.BaselineDash);
    }

    XElement Line(IReadOnlyList<(NightPoint Night, double X)> run) =>
        Path("M" + string.Join('L', run.Select(at => $"{Number(at.X)} {Number(AtY(at.Night.Value!.Value.Value))}")), "edge");

    XElement? Whisker((NightPoint Night, double X) at)
    {
        if (at.Night is not { Value: Estimate value, Sign: { } sign }) return null;
        var (x, low, high, arm) = (at.X, AtY(value.Low), AtY(value.High), Math.Min(3, Step / 3));
        return Coloured(sign.Colour, Path($"M{Number(x)} {Number(low)}V{Number(high)}M{Number(x - arm)} {Number(low)}h{Number(2 * arm)}"
            + $"M{Number(x - arm)} {Number(high)}h{Number(2 * arm)}", "whisker"));
    }

    /// <summary>Of a night in which nothing was compared, on the axis.</summary>
    XElement? Sign((NightPoint Night, double X) at) => at.Night.Sign is not { } sign ? null
        : Coloured(sign.Colour, Titled(at.Night.Note,
            Mark(sign.Marker, at.X, at.Night.Value is { } value ? AtY(value.Value) : _bottom - 8)));
}
