using RebaseBatch.Commands.Output;
using RebaseBatch.Edge.Dashboard;
using RebaseBatch.Evaluation.Flips;

namespace RebaseBatch.Commands.Compare;

/// <summary>The columns of the CSV. Those of <see cref="FlipColumns"/> come first, under the same names.</summary>
static class FlipLines
{
    public static IReadOnlyList<Column<FlipLine>> Columns { get; } =
    [
        new("flip", row => row.Kind),
        new("custom_id", row => row.CustomId),
        new("cell", row => row.Cell),
        new("seed", row => row.Seed),
        new("level", row => (int?)row.Groups.Level),
        new("family", row => row.Groups.Family),
        new("question", row => row.Question),
        new("gold_answer", row => row.Gold),
        .. Side("first", row => row.First),
        .. Side("second", row => row.Second),
        new("first_correct", row => row.FirstCorrect),
        new("second_correct", row => row.SecondCorrect),
        new("why", row => row.Why),
        new("nights", row => row.Unstable?.Nights),
        new("flipped", row => row.Unstable?.Flipped),
        new("changes", row => row.Unstable?.Changes),
    ];

    static Column<FlipLine>[] Side(string name, Func<FlipLine, FlipSide?> side) =>
    [
        new($"{name}_job", row => side(row)?.Job),
        new($"{name}_answer", row => side(row)?.Answer),
        new($"{name}_score", row => side(row)?.Score),
        new($"{name}_solution", row => side(row)?.Solution),
        new($"{name}_tree", row => side(row) is { HasTree: true } one ? TreeRoutes.Of(one.Job, one.Place) : null),
    ];
}
