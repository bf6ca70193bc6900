using System.Text.Json;
using RebaseBatch.Commands.Output;
using RebaseBatch.Edge.Dashboard;
using RebaseBatch.Evaluation.Flips;
using RebaseBatch.Evaluation.Reports;

namespace RebaseBatch.Commands.Compare;

/// <summary>What is shown of a problem that flipped. People get long texts cut, programs get them whole.</summary>
static class FlipColumns
{
    // Two or three lines of a terminal.
    const int LongestText = 240;

    public static IReadOnlyList<Column<Flip>> All { get; } =
    [
        new("flip", row => row.Kind),
        new("custom_id", row => row.CustomId, row => Cut(row.CustomId)),
        new("cell", row => row.Cell),
        new("seed", row => row.Seed),
        new("level", row => (int?)row.Groups.Level),
        new("family", row => row.Groups.Family, row => Cut(row.Groups.Family)),
        new("question", row => row.Question, row => Cut(row.Question)),
        new("gold_answer", row => row.Gold, row => Cut(row.Gold), "right answer"),
        .. Side("first", row => row.First),
        .. Side("second", row => row.Second),
    ];

    /// <summary>The same with whole texts.</summary>
    public static FlipJson Json(Utf8JsonWriter json) => new(json, side => TreeRoutes.Of(side.Job, side.Place));

    /// <summary>One line of at most so many characters; a text that was cut ends in a mark.</summary>
    public static string Cut(string? text, int most = LongestText)
    {
        var line = string.Join(' ', (text ?? "").Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
        // A terminal would obey control characters.
        line = string.Concat(line.Select(letter => char.IsControl(letter) ? '?' : letter));
        if (line.Length <= most) return line;
        // Not between the halves of a surrogate pair.
        return $"{line[..(char.IsHighSurrogate(line[most - 1]) ? most - 1 : most)]} […]";
    }

    static Column<Flip>[] Side(string name, Func<Flip, FlipSide> side) =>
    [
        new($"{name}_job", row => side(row).Job),
        new($"{name}_answer", row => side(row).Answer, row => side(row).Answer is { } answer ? Cut(answer) : "none"),
        new($"{name}_score", row => side(row).Score, row => side(row).Score is { } score ? NumberText.Chance(score) : ""),
        new($"{name}_solution", row => side(row).Solution, row => Cut(side(row).Solution)),
        new($"{name}_tree", row => side(row).HasTree ? TreeRoutes.Of(side(row).Job, side(row).Place) : null),
    ];
}
