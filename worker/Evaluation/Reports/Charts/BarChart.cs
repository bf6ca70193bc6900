using System.Xml.Linq;
using static RebaseBatch.Evaluation.Reports.Charts.Svg;

namespace RebaseBatch.Evaluation.Reports.Charts;

/// <summary>Horizontal stacked bars, each with its name to the left, or above it where the drawing is too narrow for that.</summary>
/// <param name="Parts">What the parts of every bar are, in their order.</param>
sealed record BarChart(
    string Title, string Description, string XTitle, Func<double, string> Label,
    IReadOnlyList<(string Name, int Colour)> Parts, IReadOnlyList<(string Name, IReadOnlyList<BarPart> Parts)> Bars)
{
    const double Right = 26, Top = 10, Bottom = 52, Row = 24, Bar = 15, Margin = 10;

    // Names may take this share of the drawing; longer ones are above their bars.
    const double MostForNames = 0.45;

    /// <summary>The chart in both sizes.</summary>
    public XElement Draw() => ChartSize.Both(Draw);

    public XElement Legend() => LineChart.LegendOf(Parts.Select(part => (part.Name, new XElement("svg",
        new XAttribute("viewBox", "0 0 14 14"), At("width", 14), At("height", 14), new XAttribute("aria-hidden", "true"),
        Coloured(part.Colour, Block(1, 1, 12, 12))))));

    XElement Draw(ChartSize size)
    {
        var names = 20 + Bars.Select(bar => TextFit.WidthOf(bar.Name)).DefaultIfEmpty(0).Max();
        var above = names > MostForNames * size.Width;
        var left = above ? 22 : names;
        var scale = Scale.FromZero(Bars.Select(bar => bar.Parts.Sum(part => part.Value)).DefaultIfEmpty(0).Max(), Label);
        var (stacks, top) = (new List<XElement>(), Top);
        foreach (var bar in Bars)
        {
            IReadOnlyList<string> lines = above ? TextFit.Lines(bar.Name, size.Width - left - Margin) : [];
            for (var i = 0; i < lines.Count; i++)
                stacks.Add(Text(left, top + (TextFit.LineHeight * (i + 1)) - 2, lines[i], "start"));
            top += TextFit.LineHeight * lines.Count;
            if (!above) stacks.Add(Text(left - 8, top + (Row / 2) + 4, bar.Name, "end"));
            stacks.Add(Stack(value => AtX(scale, left, size, value), bar.Parts, top));
            top += Row;
        }

        return Drawing(size.Width, top + Bottom, Title, Description, Axis(scale, left, size, top), stacks);
    }

    static double AtX(Scale scale, double left, ChartSize size, double value) =>
        left + (scale.Place(value) * (size.Width - left - Right));

    IEnumerable<XElement> Axis(Scale scale, double left, ChartSize size, double bottom)
    {
        var shown = TextFit.Shown(
            [.. scale.Ticks.Select(tick => (AtX(scale, left, size, tick.Value), TextFit.WidthOf(tick.Label!)))]);
        foreach (var (tick, isShown) in scale.Ticks.Zip(shown))
        {
            var x = AtX(scale, left, size, tick.Value);
            yield return Line(x, Top, x, bottom, "grid");
            if (isShown) yield return Text(x, bottom + 18, tick.Label!, "middle");
        }

        yield return Line(left, Top, left, bottom, "axis");
        yield return Text((left + size.Width - Right) / 2, bottom + 42, XTitle, "middle", "title");
    }

    XElement Stack(Func<double, double> at, IReadOnlyList<BarPart> parts, double top)
    {
        var (group, sum) = (new XElement("g"), 0.0);
        foreach (var (part, of) in parts.Zip(Parts))
        {
            var (from, to) = (at(sum), at(sum += part.Value));
            if (part.Value > 0)
                group.Add(Coloured(of.Colour, Block(from, top + ((Row - Bar) / 2), to - from, Bar, new XElement("title", part.Note))));
        }

        return group;
    }

    static XElement Block(double x, double y, double width, double height, params object[] content) =>
        new("rect", At("x", x), At("y", y), At("width", width), At("height", height), new XAttribute("class", "block"), content);
}
