using System.CommandLine;
using System.Globalization;
using RebaseBatch.Commands.Output;
using RebaseBatch.Contracts;
using RebaseBatch.Contracts.Gates;
using RebaseBatch.Core.Tables;
using RebaseBatch.Evaluation.Gates;
using RebaseBatch.Evaluation.Schedules;
using RebaseBatch.Hosting;
using RebaseBatch.Platform.Errors;

namespace RebaseBatch.Commands.Schedules;

/// <summary><c>rebase schedules power [NAME|sweep:ID]</c>: which drops a gate can see, and how many problems smaller ones need.</summary>
static class SchedulesPowerCommand
{
    const string SweepMark = "sweep:";

    static readonly double[] s_drops = [0.01, 0.02, 0.03, 0.05, 0.1];

    public static Command Create(ProcessEnvironment environment)
    {
        var name = new Argument<string?>("NAME|sweep:ID")
        {
            Description = "The schedule, or a sweep such as sweep:3 (default: all schedules).", Arity = ArgumentArity.ZeroOrOne,
        };
        var drop = NumberOption.Real("--drop", "Also say how many problems a drop of this share needs, such as 0.04 for 4 points.");
        var format = FormatOption.Create();
        var command = new DocumentedCommand("power", """
            Says for each cell which drop of accuracy the gate sees with its power (80 % unless it says otherwise), and how many problems it
            needs to see drops of 1, 2, 3, 5 and 10 points.
            It takes how many answers change by chance from the newest two runs. Without two runs it assumes that 20 % of the problems
            change.
            Example: rebase schedules power nightly --drop 0.04
            """) { name, drop, format };
        command.SetAction(async (parsed, ct) =>
        {
            var context = new CommandContext(environment, parsed);
            double? given = parsed.GetValue(drop) switch
            {
                null => null,
                > 0 and <= 1 and var share => share,
                _ => throw new UserException(ExitCode.BadInput, "--drop takes a share above 0 and up to 1, such as 0.04 for 4 points"),
            };
            await using var database = await context.OpenDatabaseAsync(ct);
            var (schedules, pairs) = (new ScheduleStore(database.DataSource), new PairStore(database.DataSource));
            var question = new PowerQuestion(schedules, new(pairs, new(database.DataSource)), pairs);
            var cells = await AskAsync(question, schedules, parsed.GetValue(name), ct);
            Listing.Write(context.Out, parsed.GetValue(format) ?? OutputFormat.Table, cells, [.. Columns(given)]);
        });
        return command;
    }

    static async Task<IReadOnlyList<PowerCell>> AskAsync(
        PowerQuestion question, ScheduleStore schedules, string? name, CancellationToken ct)
    {
        if (name?.StartsWith(SweepMark, StringComparison.OrdinalIgnoreCase) is true)
        {
            if (!long.TryParse(name[SweepMark.Length..], NumberStyles.None, CultureInfo.InvariantCulture, out var id))
                throw new UserException(ExitCode.BadInput, $"'{name}' is not a sweep such as sweep:3");
            return await question.OfSweepAsync($"sweep {id}", id, new GatePolicy(), ct) is { Count: > 0 } found ? found
                : throw new UserException(ExitCode.NotFound,
                    $"there is no sweep {id} with a completed job whose problems have gold answers");
        }

        var asked = name is null ? await schedules.ListAsync(ct) : [await ScheduleArgument.FindAsync(schedules, name, ct)];
        if (asked.Count == 0) throw new UserException(ExitCode.NotFound, "there is no schedule: 'rebase schedules add' makes one");
        var cells = new List<PowerCell>();
        foreach (var stored in asked) cells.AddRange(await question.OfScheduleAsync(stored, ct));
        return cells;
    }

    static IEnumerable<Column<PowerCell>> Columns(double? drop) =>
    [
        new("schedule", cell => cell.Schedule, Rank: 1, Least: 10), new("cell", cell => cell.Cell, Rank: Rank.Key),
        new("tier", cell => StoredNames.Of(cell.Tier)),
        new("problems", cell => cell.Pairs.Problems, Rank: 3), new("seeds", cell => cell.Seeds),
        new("changed", cell => cell.Discordance, cell => Percent(cell.Discordance), Rank: 4), new("basis", cell => cell.Basis),
        new("max_drop", cell => cell.MaxDrop, cell => Points(cell.MaxDrop), Rank: 2),
        new("smallest_drop", cell => cell.SmallestDrop, cell => Points(cell.SmallestDrop), Rank: Rank.Verdict),
        .. s_drops.Select(share => Needed($"problems_for_{Number(100 * share)}_points", $"for {Number(100 * share)}", share)),
        .. drop is { } given ? (Column<PowerCell>[])[Needed("problems_for_drop", $"for {Number(100 * given)}", given)] : [],
    ];

    static Column<PowerCell> Needed(string name, string title, double share) =>
        new(name, cell => cell.ProblemsFor(share), Title: title);

    static string Percent(double share) => $"{Number(100 * share)} %";

    static string Points(double share) => GateText.Points(share);

    static string Number(double number) => number.ToString("0.##", CultureInfo.InvariantCulture);
}
