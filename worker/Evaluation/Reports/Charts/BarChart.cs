using System.Xml.Linq;
using static RebaseBatch.Evaluation.Reports.Charts.Svg;

namespace RebaseBatch.Evaluation.Reports.Charts;

/// <summary>Horizontal stacked bars, each with its name to the left.</summary>
/// <param name="Parts">What the parts of every bar are, in their order.</param>
sealed record BarChart(
    string Title, string Description, string XTitle, Func<double, string> Label,
    IReadOnlyList<(string Name, int Colour)> Parts, IReadOnlyList<(string Name, IReadOnlyList<BarPart> Parts)> Bars)
{
    const double Right = 24, Top = 10, Bottom = 52, Row = 24, Bar = 15, LetterWidth = 6.6;

    public double Width { get; init; } = 520;

    double Left => 20 + (LetterWidth * Bars.Select(bar => bar.Name.Length).DefaultIfEmpty(0).Max());

    public XElement Draw()
    {
        var scale = Scale.FromZero(Bars.Select(bar => bar.Parts.Sum(part => part.Value)).DefaultIfEmpty(0).Max(), Label);
        var bottom = Top + (Row * Bars.Count);
        return Drawing(Width, bottom + Bottom, Title, Description, Axis(scale, bottom),
            Bars.Select((bar, i) => Stack(scale, bar, Top + (Row * i))));
    }

    public XElement Legend() => LineChart.LegendOf(Parts.Select(part => (part.Name, new XElement("svg",
        new XAttribute("viewBox", "0 0 14 14"), At("width", 14), At("height", 14), new XAttribute("aria-hidden", "true"),
        Coloured(part.Colour, Block(1, 1, 12, 12))))));

    double AtX(Scale scale, double value) => Left + (scale.Place(value) * (Width - Left - Right));

    IEnumerable<XElement> Axis(Scale scale, double bottom)
    {
        foreach (var tick in scale.Ticks)
        {
            yield return Line(AtX(scale, tick.Value), Top, AtX(scale, tick.Value), bottom, "grid");
            yield return Text(AtX(scale, tick.Value), bottom + 18, tick.Label!, "middle");
        }

        yield return Line(Left, Top, Left, bottom, "axis");
        yield return Text((Left + Width - Right) / 2, bottom + 42, XTitle, "middle", "title");
    }

    XElement Stack(Scale scale, (string Name, IReadOnlyList<BarPart> Parts) bar, double top)
    {
        var group = new XElement("g", Text(Left - 8, top + (Row / 2) + 4, bar.Name, "end"));
        var sum = 0.0;
        foreach (var (part, of) in bar.Parts.Zip(Parts))
        {
            var (from, to) = (AtX(scale, sum), AtX(scale, sum += part.Value));
            if (part.Value > 0)
                group.Add(Coloured(of.Colour, Block(from, top + ((Row - Bar) / 2), to - from, Bar, new XElement("title", part.Note))));
        }

        return group;
    }

    static XElement Block(double x, double y, double width, double height, params object[] content) =>
        new("rect", At("x", x), At("y", y), At("width", width), At("height", height), new XAttribute("class", "block"), content);
}
