using System.Xml.Linq;
using static RebaseBatch.Evaluation.Reports.Charts.Svg;

namespace RebaseBatch.Evaluation.Reports.Charts;

/// <summary>
/// A value night by night with its interval, beside the baseline's value and interval and the tolerated limit. The sign of a night tells
/// its answer by shape and by colour.
/// </summary>
/// <param name="Nights">The oldest first; at least one with a value.</param>
sealed record NightChart(string Title, string Description, IReadOnlyList<NightPoint> Nights)
{
    /// <summary>The palette's place of the baseline.</summary>
    public const int BaselineColour = 6;

    /// <summary>Dashes of the tolerated limit, and of the baseline.</summary>
    public const string LimitDash = "7 4", BaselineDash = "2 3";

    public Scale Y { get; } = Scale.Around(
        Nights.SelectMany(night => new[]
        {
            night.Value?.Low, night.Value?.High, night.Baseline?.Low, night.Baseline?.High, night.Limit,
        }).OfType<double>(),
        value => NumberText.Percent(value).Replace(".0", "", StringComparison.Ordinal));

    /// <summary>The chart in both sizes.</summary>
    public XElement Draw() => ChartSize.Both(size => new NightDrawing(this, size).Draw());

    /// <summary>What the lines are; the signs' meanings come first.</summary>
    public static XElement Legend(IEnumerable<(string Name, Marker Marker, int Colour)> signs)
    {
        var legend = LineChart.LegendOf(Entries(signs));
        legend.SetAttributeValue("class", "legend strip");
        return legend;
    }

    static IEnumerable<(string Name, XElement Sample)> Entries(IEnumerable<(string Name, Marker Marker, int Colour)> signs) =>
    [
        .. signs.Select(sign => (sign.Name, Sample(Coloured(sign.Colour, Mark(sign.Marker, 17, 7))))),
        ("95\u00a0% interval of a night", Sample(Coloured(7, Path("M17 1V13M14 1h6M14 13h6", "whisker")))),
        ("baseline with its 95\u00a0% interval",
            Sample(Coloured(BaselineColour, Band("M1 2H33V12H1Z"), Path("M1 7H33", "curve", BaselineDash)))),
        ("tolerated limit", Sample(Coloured(1, Path("M1 7H33", "curve", LimitDash)))),
        ("no verdict", Sample(Gap(17, 0, 14))),
    ];

    /// <summary>A sign alone, to stand in a text.</summary>
    public static XElement Sign(Marker marker, int colour) => new("svg",
        new XAttribute("viewBox", "0 0 14 14"), At("width", 14), At("height", 14), new XAttribute("aria-hidden", "true"),
        Coloured(colour, Mark(marker, 7, 7)));

    /// <summary>The area of an interval.</summary>
    public static XElement Band(string data) =>
        new("path", new XAttribute("d", data), new XAttribute("fill", "currentColor"), new XAttribute("fill-opacity", "0.13"));

    /// <summary>Where a night has no verdict.</summary>
    public static XElement Gap(double x, double top, double bottom) => new("line",
        At("x1", x), At("y1", top), At("x2", x), At("y2", bottom), new XAttribute("class", "axis"),
        new XAttribute("stroke-dasharray", "1 4"));

    static XElement Sample(XElement drawing) => new("svg",
        new XAttribute("viewBox", "0 0 34 14"), At("width", 34), At("height", 14), new XAttribute("aria-hidden", "true"), drawing);
}
