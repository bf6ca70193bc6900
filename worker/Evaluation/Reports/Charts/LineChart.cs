using System.Xml.Linq;
using static RebaseBatch.Evaluation.Reports.Charts.Svg;

namespace RebaseBatch.Evaluation.Reports.Charts;

/// <summary>Lines with whiskers over two axes.</summary>
sealed record LineChart(string Title, string Description, Scale X, string XTitle, Scale Y, string YTitle, IReadOnlyList<ChartLine> Lines)
{
    const double Left = 64, Right = 16, Top = 14, Bottom = 52;

    // Whiskers of values at one place would hide each other.
    const double Apart = 3.5;

    public double Width { get; init; } = 760;
    public double Height { get; init; } = 420;

    double AtX(double value) => Left + (X.Place(value) * (Width - Left - Right));

    double AtY(double value) => Height - Bottom - (Y.Place(value) * (Height - Top - Bottom));

    public XElement Draw() => Drawing(Width, Height, Title, Description,
        Axes(), Lines.Select(Whiskers), Lines.Select(Curve), Lines.Select(Marks));

    /// <summary>A sample of each line and its name.</summary>
    public XElement Legend() => LegendOf(Lines.Select(line => (line.Name, Sample(line))));

    public static XElement LegendOf(IEnumerable<(string Name, XElement Sample)> entries) =>
        new("ul", new XAttribute("class", "legend"),
            entries.Select(entry => new XElement("li", entry.Sample, new XElement("span", entry.Name))));

    static XElement Sample(ChartLine line) => new("svg",
        new XAttribute("viewBox", "0 0 34 14"), At("width", 34), At("height", 14), new XAttribute("aria-hidden", "true"),
        Coloured(line.Style.Colour, line.Connected ? Path("M1 7L33 7", "curve", line.Style.Dash) : null, Mark(line.Style.Marker, 17, 7)));

    IEnumerable<XElement> Axes()
    {
        var (bottom, right) = (Height - Bottom, Width - Right);
        foreach (var tick in Y.Ticks)
        {
            yield return Svg.Line(Left, AtY(tick.Value), right, AtY(tick.Value), "grid");
            if (tick.Label is { } label) yield return Text(Left - 8, AtY(tick.Value) + 4, label, "end");
        }

        foreach (var tick in X.Ticks)
        {
            if (tick.Label is not null) yield return Svg.Line(AtX(tick.Value), Top, AtX(tick.Value), bottom, "grid");
            yield return Svg.Line(AtX(tick.Value), bottom, AtX(tick.Value), bottom + (tick.Label is null ? 3 : 6), "axis");
            if (tick.Label is { } label) yield return Text(AtX(tick.Value), bottom + 20, label, "middle");
        }

        yield return Svg.Line(Left, bottom, right, bottom, "axis");
        yield return Svg.Line(Left, Top, Left, bottom, "axis");
        yield return Text((Left + right) / 2, Height - 10, XTitle, "middle", "title");
        var middle = (Top + bottom) / 2;
        var title = Text(14, middle, YTitle, "middle", "title");
        title.SetAttributeValue("transform", $"rotate(-90 14 {Number(middle)})");
        yield return title;
    }

    double Shift(ChartLine line, ChartPoint point)
    {
        // Only lines that have a value at exactly the same place are moved aside.
        var here = Lines.Where(other => other.Points.Any(p => Math.Abs(AtX(p.X) - AtX(point.X)) < Apart)).ToList();
        return (here.IndexOf(line) - ((here.Count - 1) / 2.0)) * Apart;
    }

    XElement Whiskers(ChartLine line) => Coloured(line.Style.Colour, line.Points.Select(point =>
    {
        var (x, low, high) = (AtX(point.X) + Shift(line, point), AtY(point.Y.Low), AtY(point.Y.High));
        return Path(
            $"M{Number(x)} {Number(low)}V{Number(high)}M{Number(x - 3)} {Number(low)}h6M{Number(x - 3)} {Number(high)}h6", "whisker");
    }));

    XElement? Curve(ChartLine line) => line.Connected && line.Points.Count > 1
        ? Coloured(line.Style.Colour,
            Path("M" + string.Join('L',
                line.Points.Select(point => $"{Number(AtX(point.X) + Shift(line, point))} {Number(AtY(point.Y.Value))}")), "curve",
                line.Style.Dash))
        : null;

    XElement Marks(ChartLine line) => Coloured(line.Style.Colour, line.Points.Select(point =>
    {
        var (x, y) = (AtX(point.X) + Shift(line, point), AtY(point.Y.Value));
        return new XElement("g",
            point.Ringed ? new XElement("circle", At("cx", x), At("cy", y), At("r", 9), new XAttribute("class", "front")) : null,
            Mark(line.Style.Marker, x, y), new XElement("title", point.Note));
    }));
}
