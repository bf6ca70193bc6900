using System.Xml.Linq;
using static RebaseBatch.Evaluation.Reports.Charts.Svg;

namespace RebaseBatch.Evaluation.Reports.Charts;

/// <summary>A <see cref="LineChart"/> in one size.</summary>
sealed class LineDrawing(LineChart chart, ChartSize size)
{
    const double Left = 56, Right = 22, Top = 14, Tick = 6;

    // Whiskers of values at one place would hide each other.
    const double Apart = 3.5;

    double Bottom => size.Height - 12 - Tick
        - (TextFit.LineHeight * (XTitle.Count + Labels.Select(label => label.Lines.Count).DefaultIfEmpty(0).Max()));

    double Middle => (Left + size.Width - Right) / 2;

    IReadOnlyList<string> XTitle => TextFit.Lines(chart.XTitle, 2 * Math.Min(Middle, size.Width - Middle) - TextFit.Letter);

    /// <summary>Of the ticks on the horizontal axis; no lines for one that has no room.</summary>
    IReadOnlyList<(double X, IReadOnlyList<string> Lines)> Labels { get; } = LabelsOf(chart.X, size);

    public XElement Draw() => Drawing(size.Width, size.Height, chart.Title, chart.Description,
        Axes(), chart.Lines.Select(Whiskers), chart.Lines.Select(Curve), chart.Lines.Select(Marks), Keys());

    double AtX(double value) => AtX(chart.X, size, value);

    static double AtX(Scale scale, ChartSize size, double value) => Left + (scale.Place(value) * (size.Width - Left - Right));

    double AtY(double value) => Bottom - (chart.Y.Place(value) * (Bottom - Top));

    static (double X, IReadOnlyList<string> Lines)[] LabelsOf(Scale scale, ChartSize size)
    {
        var ticks = scale.Ticks.Where(tick => tick.Label is not null)
            .Select(tick => (X: AtX(scale, size, tick.Value), Label: tick.Label!)).ToList();
        var room = ticks.Count > 1 ? ticks.Zip(ticks.Skip(1), (one, next) => next.X - one.X).Min() - TextFit.Letter : size.Width / 2;
        // Words below each other, if they have room then; a number is not torn apart.
        var lines = ticks.ConvertAll(tick => TextFit.Lines(tick.Label, room));
        if (scale.Logarithmic || lines.Exists(label => label.Any(word => TextFit.WidthOf(word) > room)))
            lines = ticks.ConvertAll(OnOneLine);
        var shown = TextFit.Shown([.. ticks.Zip(lines, (tick, label) => (tick.X, label.Max(TextFit.WidthOf)))]);
        return [.. ticks.Select((tick, i) => (tick.X, shown[i] ? lines[i] : []))];

        static IReadOnlyList<string> OnOneLine((double X, string Label) tick) => [tick.Label];
    }

    IEnumerable<XElement> Axes()
    {
        var (bottom, right) = (Bottom, size.Width - Right);
        foreach (var tick in chart.Y.Ticks)
        {
            yield return Svg.Line(Left, AtY(tick.Value), right, AtY(tick.Value), "grid");
            if (tick.Label is { } label) yield return Text(Left - 8, AtY(tick.Value) + 4, label, "end");
        }

        foreach (var tick in chart.X.Ticks)
        {
            if (tick.Label is not null) yield return Svg.Line(AtX(tick.Value), Top, AtX(tick.Value), bottom, "grid");
            yield return Svg.Line(AtX(tick.Value), bottom, AtX(tick.Value), bottom + (tick.Label is null ? 3 : Tick), "axis");
        }

        foreach (var (x, lines) in Labels)
            for (var i = 0; i < lines.Count; i++)
                yield return Text(x, bottom + Tick + (TextFit.LineHeight * (i + 1)) - 3, lines[i], "middle");
        yield return Svg.Line(Left, bottom, right, bottom, "axis");
        yield return Svg.Line(Left, Top, Left, bottom, "axis");
        for (var i = 0; i < XTitle.Count; i++)
            yield return Text(Middle, size.Height - 6 - (TextFit.LineHeight * (XTitle.Count - 1 - i)), XTitle[i], "middle", "title");
        var middle = (Top + bottom) / 2;
        var title = Text(13, middle, chart.YTitle, "middle", "title");
        title.SetAttributeValue("transform", $"rotate(-90 13 {Number(middle)})");
        yield return title;
    }

    double Shift(ChartLine line, ChartPoint point)
    {
        // Only lines that have a value at exactly the same place are moved aside.
        var here = chart.Lines.Where(other => other.Points.Any(p => Math.Abs(AtX(p.X) - AtX(point.X)) < Apart)).ToList();
        return (here.IndexOf(line) - ((here.Count - 1) / 2.0)) * Apart;
    }

    (double X, double Y) Place(ChartLine line, ChartPoint point) => (AtX(point.X) + Shift(line, point), AtY(point.Y.Value));

    XElement Whiskers(ChartLine line) => Coloured(line.Style.Colour, line.Points.Select(point =>
    {
        var (x, low, high) = (AtX(point.X) + Shift(line, point), AtY(point.Y.Low), AtY(point.Y.High));
        return Path(
            $"M{Number(x)} {Number(low)}V{Number(high)}M{Number(x - 3)} {Number(low)}h6M{Number(x - 3)} {Number(high)}h6", "whisker");
    }));

    XElement? Curve(ChartLine line) => line.Connected && line.Points.Count > 1
        ? Coloured(line.Style.Colour,
            Path("M" + string.Join('L',
                line.Points.Select(point => Place(line, point)).Select(at => $"{Number(at.X)} {Number(at.Y)}")), "curve", line.Style.Dash))
        : null;

    XElement Marks(ChartLine line) => Coloured(line.Style.Colour, line.Points.Select(point =>
    {
        var (x, y) = Place(line, point);
        return new XElement("g",
            point.Ringed ? new XElement("circle", At("cx", x), At("cy", y), At("r", 9), new XAttribute("class", "front")) : null,
            Mark(line.Style.Marker, x, y), new XElement("title", point.Note));
    }));

    /// <summary>The lines' letters, each beside an end of its line, where it covers the least.</summary>
    IEnumerable<XElement> Keys()
    {
        const double Across = 5, Up = 6;
        var marks = chart.Lines.SelectMany(line => line.Points.Select(point => Place(line, point))).ToList();
        var placed = new List<(double X, double Y)>();
        foreach (var line in chart.Lines)
        {
            if (chart.KeyOf(line) is not { } key) continue;
            var best = new[] { line.Points[^1], line.Points[0] }.Select(point => Place(line, point))
                .SelectMany(end => new[] { (end.X + 14, end.Y), (end.X - 14, end.Y), (end.X, end.Y - 15), (end.X, end.Y + 15) })
                .MinBy(Covered);
            placed.Add(best);
            yield return Coloured(line.Style.Colour, Text(best.Item1, best.Item2 + 4, key, "middle", "key"));
        }

        double Covered((double X, double Y) at) =>
            (at.X < Left + Across || at.X > size.Width - Across || at.Y < Top || at.Y > Bottom - Up ? 1000 : 0)
            + (100 * placed.Count(other => Math.Abs(other.X - at.X) < 2 * Across && Math.Abs(other.Y - at.Y) < 2 * Up))
            + (10 * marks.Count(mark => Math.Abs(mark.X - at.X) < Across + 6 && Math.Abs(mark.Y - at.Y) < Up + 6))
            // A whisker above or below it.
            + chart.Lines.Sum(line => line.Points.Count(point => Math.Abs(AtX(point.X) + Shift(line, point) - at.X) < Across
                && at.Y > AtY(point.Y.High) - Up && at.Y < AtY(point.Y.Low) + Up));
    }
}
