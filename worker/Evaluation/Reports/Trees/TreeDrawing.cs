using System.Globalization;
using System.Xml.Linq;
using RebaseBatch.Core.Searching;
using RebaseBatch.Evaluation.Reports.Charts;
using static RebaseBatch.Evaluation.Reports.Charts.Svg;

namespace RebaseBatch.Evaluation.Reports.Trees;

/// <summary>Draws a search: a row for each depth, scores as colours, the winning solutions' paths in bold.</summary>
static class TreeDrawing
{
    /// <summary>Steps of the colour scale of scores.</summary>
    public const int Shades = 10;

    const double Column = 20, Row = 56, Margin = 34, Left = 76, Radius = 8, LeastWidth = 320;

    /// <param name="id">The id of the data in which the page's script finds the nodes.</param>
    public static XElement Draw(SearchTree tree, string id)
    {
        var layout = TreeLayout.Of(tree.Nodes);
        var width = Math.Max(LeastWidth, Left + (layout.Columns * Column) + Margin);
        var room = (width - Left - Margin - (layout.Columns * Column)) / 2;
        double X(int no) => Left + room + ((layout.Places[no] + 0.5) * Column);
        static double Y(int depth) => Margin + (depth * Row);
        var byNumber = tree.Nodes.ToDictionary(node => node.No);
        var winners = tree.Winners();
        var bold = new HashSet<int>();
        foreach (var leaf in winners)
            for (var at = leaf; at != 0 && bold.Add(at); at = byNumber[at].ParentNo) { }

        var rows = Enumerable.Range(0, layout.Rows + 1)
            .Select(depth => Text(8, Y(depth) + 4, depth == 0 ? "question" : $"depth {depth}", "start"));
        var edges = tree.Nodes.Select(node => Path(
            $"M{Number(X(node.ParentNo))} {Number(Y(node.Depth - 1))}C{Number(X(node.ParentNo))} {Number(Y(node.Depth - 1) + (Row / 2))} "
                + $"{Number(X(node.No))} {Number(Y(node.Depth) - (Row / 2))} {Number(X(node.No))} {Number(Y(node.Depth))}",
            bold.Contains(node.No) ? "edge won" : "edge"));
        var steps = tree.Nodes.Select(node => Step(node, X(node.No), Y(node.Depth), winners.Contains(node.No)));
        var drawing =
            Drawing(width, Y(layout.Rows) + Margin, $"Search tree of {tree.CustomId}", $"{tree.Nodes.Count} steps to depth {layout.Rows}",
            rows, edges,
            new XElement("rect", At("x", X(0) - 7), At("y", Y(0) - 7), At("width", 14), At("height", 14), new XAttribute("class", "root")),
            steps);
        // The keyboard reaches its parts, so it is not an image.
        drawing.SetAttributeValue("role", "group");
        drawing.SetAttributeValue("data-tree", id);
        return drawing;
    }

    public static XElement Legend() => LineChart.LegendOf(
    [
        .. new[] { 0, 3, 6, 9 }.Select(shade => ($"score {Shade(shade)}", Swatch(Dot(8, 8, $"s{shade}")))),
        ("finished", Swatch(Dot(8, 8, "s6"), Ring(8, 8))),
        ("finished, its answer won",
            Swatch(new XElement("path", new XAttribute("d", "M8 0V8"), new XAttribute("class", "edge won")), Dot(8, 8, "s6"),
                Ring(8, 8, "ring won"))),
        ("ended by a limit", Swatch(Dot(8, 8, "s6"), Cross(8, 8))),
    ]);

    /// <summary>0 to 9 for scores from 0 to 1.</summary>
    public static int ShadeOf(double score) => (int)Math.Clamp(score * Shades, 0, Shades - 1);

    static string Shade(int shade) => string.Create(CultureInfo.InvariantCulture, $"{shade / 10.0:0.0} to {(shade + 1) / 10.0:0.0}");

    static XElement Swatch(params object[] content) =>
        new("svg", new XAttribute("viewBox", "-4 -4 24 24"), At("width", 24), At("height", 24),
            new XAttribute("aria-hidden", "true"), content);

    static XElement Step(TreeNode node, double x, double y, bool won)
    {
        var finished = node.State is NodeState.Finished;
        var name = $"Step {node.No}, depth {node.Depth}, "
            + $"{(node.Score is { } score ? string.Create(CultureInfo.InvariantCulture, $"score {score:0.000}") : "unscored")}"
            + (won ? ", finished, its answer won" : finished ? ", finished" : node.State switch
            {
                NodeState.Open => "",
                NodeState.Rollout or NodeState.RolloutEnd => ", of a rollout",
                _ => ", ended by a limit",
            });
        return new("g", new XAttribute("class", "step"), new XAttribute("tabindex", 0), new XAttribute("role", "button"),
            new XAttribute("data-node", node.No),
            new XAttribute("aria-label", name),
            Dot(x, y, node.Score is { } shaded ? $"s{ShadeOf(shaded)}" : "unscored"),
            finished ? Ring(x, y, won ? "ring won" : "ring") : null,
            node.State is NodeState.Exhausted or NodeState.Dropped ? Cross(x, y) : null,
            new XElement("title", $"{name}\n{Short(node.Text.Trim())}"));
    }

    static string Short(string text) => text.Length > 300 ? $"{text[..300]} ..." : text;

    static XElement Dot(double x, double y, string @class) =>
        new("circle", At("cx", x), At("cy", y), At("r", Radius - 2), new XAttribute("class", $"dot {@class}"));

    static XElement Ring(double x, double y, string @class = "ring") =>
        new("circle", At("cx", x), At("cy", y), At("r", Radius + 1.5), new XAttribute("class", @class));

    static XElement Cross(double x, double y) => Path($"M{Number(x - 3)} {Number(y - 3)}l6 6m0 -6l-6 6", "cut");
}
