using System.Globalization;
using System.Xml.Linq;

namespace RebaseBatch.Evaluation.Reports.Charts;

/// <summary>Elements of drawings.</summary>
static class Svg
{
    public static string Number(double value) => value.ToString("0.##", CultureInfo.InvariantCulture);

    public static XAttribute At(string name, double value) => new(name, Number(value));

    /// <summary>A drawing that scales with the page, with a name and a description for readers who can't see it.</summary>
    public static XElement Drawing(double width, double height, string title, string description, params object[] content) => new("svg",
        new XAttribute("viewBox", $"0 0 {Number(width)} {Number(height)}"), At("width", width), At("height", height),
        new XAttribute("role", "img"), new XAttribute("aria-label", $"{title}. {description}"), content);

    public static XElement Line(double x1, double y1, double x2, double y2, string @class) =>
        new("line", At("x1", x1), At("y1", y1), At("x2", x2), At("y2", y2), new XAttribute("class", @class));

    public static XElement Text(double x, double y, string text, string anchor, string @class = "label") =>
        new("text", At("x", x), At("y", y), new XAttribute("text-anchor", anchor), new XAttribute("class", @class), text);

    public static XElement Path(string data, string @class, string? dash = null) =>
        new("path", new XAttribute("d", data), new XAttribute("class", @class), dash is null
            ? null : new XAttribute("stroke-dasharray", dash));

    /// <summary>A group in a colour of the palette.</summary>
    public static XElement Coloured(int colour, params object?[] content) => new("g", new XAttribute("class", $"c{colour}"), content);

    public static XElement Mark(Marker marker, double x, double y, params object?[] content)
    {
        const double R = 4.5;
        var shape = marker switch
        {
            Marker.Circle or Marker.Ring => new XElement("circle", At("cx", x), At("cy", y), At("r", R)),
            Marker.Square => new XElement("rect", At("x", x - 4), At("y", y - 4), At("width", 8), At("height", 8)),
            Marker.Triangle =>
                Path($"M{Number(x)} {Number(y - 5.5)}L{Number(x + 5)} {Number(y + 3.5)}L{Number(x - 5)} {Number(y + 3.5)}Z", ""),
            Marker.Diamond =>
                Path($"M{Number(x)} {Number(y - 6)}L{Number(x + 5)} {Number(y)}L{Number(x)} {Number(y + 6)}L{Number(x - 5)} {Number(y)}Z",
                    ""),
            _ => Path($"M{Number(x - 4)} {Number(y - 4)}L{Number(x + 4)} {Number(y + 4)}M{Number(x - 4)} "
                + $"{Number(y + 4)}L{Number(x + 4)} {Number(y - 4)}", ""),
        };
        shape.SetAttributeValue("class", marker is Marker.Ring ? "mark hollow" : marker is Marker.Cross ? "mark cross" : "mark");
        shape.Add(content);
        return shape;
    }
}
