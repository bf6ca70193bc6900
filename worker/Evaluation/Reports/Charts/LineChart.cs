using System.Xml.Linq;
using static RebaseBatch.Evaluation.Reports.Charts.Svg;

namespace RebaseBatch.Evaluation.Reports.Charts;

/// <summary>
/// Lines with whiskers over two axes. A line is known by its colour, its marker, its dashes, and a letter at its end that the legend
/// repeats: one of them is left on paper, and for readers who see fewer colours.
/// </summary>
sealed record LineChart(string Title, string Description, Scale X, string XTitle, Scale Y, string YTitle, IReadOnlyList<ChartLine> Lines)
{
    const string Letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

    /// <summary>The chart in both sizes.</summary>
    public XElement Draw() => ChartSize.Both(size => new LineDrawing(this, size).Draw());

    /// <summary>The line's letter; null where there is nothing to tell apart.</summary>
    public string? KeyOf(ChartLine line)
    {
        var keyed = Lines.Where(one => one.Connected && one.Points.Count > 0).ToList();
        var place = keyed.IndexOf(line);
        return keyed.Count > 1 && place >= 0 && place < Letters.Length ? Letters[place..(place + 1)] : null;
    }

    /// <summary>A sample of each line and its name.</summary>
    public XElement Legend() => LegendOf(Lines.Select(line => (line.Name, Sample(line))));

    public static XElement LegendOf(IEnumerable<(string Name, XElement Sample)> entries) =>
        new("ul", new XAttribute("class", "legend"),
            entries.Select(entry => new XElement("li", entry.Sample, new XElement("span", entry.Name))));

    XElement Sample(ChartLine line)
    {
        var (key, width) = KeyOf(line) is { } letter ? (letter, 50) : (null, 34);
        return new("svg",
            new XAttribute("viewBox", $"0 0 {width} 14"), At("width", width), At("height", 14), new XAttribute("aria-hidden", "true"),
            Coloured(line.Style.Colour, line.Connected ? Path("M1 7L33 7", "curve", line.Style.Dash) : null,
                Mark(line.Style.Marker, 17, 7), key is null ? null : Text(43, 11, key, "middle", "key")));
    }
}
