using System.CommandLine;
using Npgsql;
using RebaseBatch.Commands.Output;
using RebaseBatch.Evaluation.Flips;
using RebaseBatch.Evaluation.Reports;
using RebaseBatch.Hosting;
using RebaseBatch.Platform.Errors;

namespace RebaseBatch.Commands.Compare;

/// <summary><c>rebase compare runs A B</c>: which problems were lost and won between two runs.</summary>
static class CompareRunsCommand
{
    public static Command Create(ProcessEnvironment environment)
    {
        var (first, second) = (Run("A", "The first run"), Run("B", "The second run"));
        var lost = new Option<bool>("--lost") { Description = "Only problems that the first run alone was right about." };
        var won = new Option<bool>("--won") { Description = "Only problems that the second run alone was right about." };
        var limit = FlipsWriter.Limit();
        var format = FormatOption.Create();
        var command = new DocumentedCommand("runs", """
            Shows which problems were lost and won between two runs, with both answers and both best solutions.
            A run is a job or a sweep. Two sweeps are compared cell by cell: the same problems, settings and model names, seed by seed. Two
            jobs are compared even if their settings differ. First comes a line for each cell: how many answers were lost and won, and the
            change of accuracy with its 95 % interval and its two-sided p. Then come the problems. Those that failed in either run are
            counted and in neither list; those that only one run has are listed apart. The table cuts long texts; JSON and CSV have them
            whole.
            Example: rebase compare runs 7 8
            Example: rebase compare runs sweep:3 sweep:9 --lost --format json > lost.json
            """) { first, second, lost, won, limit, format };
        command.SetAction(async (parsed, ct) =>
        {
            var context = new CommandContext(environment, parsed);
            FlipKind? only = (parsed.GetValue(lost), parsed.GetValue(won)) switch
            {
                (true, false) => FlipKind.Lost,
                (false, true) => FlipKind.Won,
                _ => null,
            };
            var form = parsed.GetValue(format) ?? OutputFormat.Table;
            await using var database = await context.OpenDatabaseAsync(ct);
            var report = await ReadAsync(context, database.DataSource, NameOf(parsed.GetRequiredValue(first)),
                NameOf(parsed.GetRequiredValue(second)), new(parsed.GetValue(limit) ?? FlipsWriter.DefaultLimit(form), only), ct);
            new FlipsWriter(context, form).Write(report);
            return (int)(report.Cells.Count == 0 ? ExitCode.NotComparable : ExitCode.Ok);
        });
        return command;
    }

    static Argument<string> Run(string name, string which) =>
        new(name) { Description = $"{which}: a job's number, or a sweep such as 'sweep:3'." };

    static RunName NameOf(string text) => RunName.Of(text)
        ?? throw new UserException(ExitCode.BadInput, $"'{text}' is neither a job's number nor a sweep such as sweep:3");

    static async Task<FlipReport> ReadAsync(
        CommandContext context, NpgsqlDataSource db, RunName first, RunName second, FlipChoice choice, CancellationToken ct)
    {
        var runs = new FlipRuns(db);
        return await runs.ReadAsync(await runs.FindAsync(first.IsSweep, first.Id, context.WriteStderr, ct),
            await runs.FindAsync(second.IsSweep, second.Id, context.WriteStderr, ct), choice, ct);
    }
}
