using System.CommandLine;
using System.Globalization;
using RebaseBatch.Commands.Output;
using RebaseBatch.Core.Tables;
using RebaseBatch.Evaluation.Flips;
using RebaseBatch.Evaluation.Reports;

namespace RebaseBatch.Commands.Compare;

/// <summary>
/// Writes which problems flipped: for people a line for each cell and a block for each problem, in JSON one object, in CSV a row for each
/// problem.
/// </summary>
/// <param name="more">How a person sees what is left out.</param>
sealed class FlipsWriter(CommandContext context, OutputFormat format, string more = "--limit shows more")
{
    // Only of cells with several seeds: with one seed they are the answers.
    static readonly Column<FlipCell>[] s_net =
    [
        new("net_lost", row => row.NetLost, Rank: 2),
        new("net_won", row => row.NetWon, Rank: 2),
    ];

    static readonly Column<FlipCell>[] s_counts =
    [
        new("cell", row => row.Title, Rank: Rank.Key),
        new("jobs", row => row.Jobs, Rank: 5),
        new("seeds", row => row.Seeds.Count, Rank: 6),
        new("problems", row => row.Outcomes?.Problems ?? 0, Rank: 4),
        new("lost", row => row.Lost, Rank: 1),
        new("won", row => row.Won, Rank: 1),
    ];

    static readonly Column<FlipCell>[] s_tests =
    [
        new("first_accuracy", row => row.Outcomes?.First, row => Percent(row.Outcomes?.First), Rank: 3),
        new("second_accuracy", row => row.Outcomes?.Second, row => Percent(row.Outcomes?.Second), Rank: 3),
        new("change", row => row.Test?.Change.Value, row => Points(row.Test?.Change.Value), Rank: Rank.Verdict),
        new("low", row => row.Test?.Change.Low, row => Points(row.Test?.Change.Low), Rank: 2),
        new("high", row => row.Test?.Change.High, row => Points(row.Test?.Change.High), Rank: 2),
        new("p", row => row.Test?.TwoSided, row => row.Test is { } test ? NumberText.Chance(test.TwoSided) : "", Rank: 1),
        new("failed", row => row.Failed),
        new("ungraded", row => row.Ungraded),
        new("only_first", row => row.OnlyFirst),
        new("only_second", row => row.OnlySecond),
        new("remark", row => row.Gap, Rank: 2, Least: 16, Wraps: true),
    ];

    static readonly Column<FlipGroup>[] s_groups =
    [
        new("group", row => row.Name, Rank: Rank.Key),
        new("compared", row => row.Compared, Rank: 1),
        new("lost", row => row.Lost, Rank: Rank.Verdict),
        new("won", row => row.Won, Rank: Rank.Verdict),
    ];

    static readonly Column<UnpairedProblem>[] s_unpaired =
    [
        new("run", row => row.Run, Rank: 1),
        new("cell", row => row.Cell, Rank: 3, Least: 16),
        new("seed", row => row.Seed, Rank: 5),
        new("custom_id", row => row.CustomId, row => FlipColumns.Cut(row.CustomId, 40), Rank: Rank.Key),
        new("correct", row => row.Correct, Rank: 2),
        new("why", row => row.Why, Rank: Rank.Verdict),
        new("question", row => row.Question, row => FlipColumns.Cut(row.Question, 60), Rank: 4, Least: 20),
    ];

    public static Option<int?> Limit() => NumberOption.Count("--limit",
        $"The most problems to show (default: {DefaultLimit(OutputFormat.Table)} in a table, {DefaultLimit(OutputFormat.Json)} in JSON "
            + "and CSV). How many are left out is said.");

    public static int DefaultLimit(OutputFormat format) => format is OutputFormat.Table ? 20 : 1000;

    public void Write(FlipReport report)
    {
        switch (format)
        {
            case OutputFormat.Json:
                Listing.WriteJson(context.Out, json => FlipColumns.Json(json).Write(report));
                break;
            case OutputFormat.Csv:
                foreach (var cell in report.Cells) context.WriteStderr(Summary(cell));
                Csv.Write(context.Out, FlipLine.Of(report), FlipLines.Columns);
                break;
            default:
                WriteTables(report);
                break;
        }

        Remark(report);
    }

    /// <summary>Says what is not compared, and how much is left out.</summary>
    public void Remark(FlipReport report)
    {
        foreach (var gap in report.Gaps) context.WriteStderr($"not compared: {gap}");
        if (report.FlipsLeftOut > 0) context.WriteStderr($"{Problems(report.FlipsLeftOut)} left out: {more}");
        if (report.UnpairedLeftOut > 0)
            context.WriteStderr($"{Problems(report.UnpairedLeftOut)} left out that only one run has: {more}");
    }

    void WriteTables(FlipReport report)
    {
        context.WriteStderr($"first is {report.First.Name}, second {report.Second.Name}");
        Listing.Write(context.Out, OutputFormat.Table, report.Cells,
            [.. s_counts, .. report.Cells.Any(cell => cell.Seeds.Count > 1) ? s_net : [], .. s_tests]);
        if (report.Groups is { Count: > 0 } groups) Listing.Write(context.Out, OutputFormat.Table, groups, s_groups);
        foreach (var flip in report.Flips)
        {
            context.Out.WriteLine();
            Listing.WriteOne(context.Out, OutputFormat.Table, flip, FlipColumns.All);
        }

        if (report.Unpaired.Count == 0) return;
        context.Out.WriteLine();
        Listing.Write(context.Out, OutputFormat.Table, report.Unpaired, s_unpaired);
    }

    static string Summary(FlipCell cell) => cell.Test is { } test
        ? string.Create(CultureInfo.InvariantCulture,
            $"{cell.Title}: {cell.Lost} lost, {cell.Won} won{Net(cell)}, {Points(test.Change.Value)} ({Points(test.Change.Low)} to "
                + $"{Points(test.Change.High)}), p {NumberText.Chance(test.TwoSided)}")
        : $"{cell.Title}: {cell.Gap}";

    static string Net(FlipCell cell) => cell.Seeds.Count == 1 ? "" : $" (net of a problem's seeds {cell.NetLost} and {cell.NetWon})";

    static string Percent(double? share) => share is { } known ? NumberText.Percent(known) : "";

    // With its sign: a change of accuracy in points.
    static string Points(double? change) =>
        change is { } known ? string.Create(CultureInfo.InvariantCulture, $"{100 * known:+0.0;-0.0;0.0} points") : "";

    static string Problems(int count) => count == 1 ? "1 problem is" : $"{count} problems are";
}
