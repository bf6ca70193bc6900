using System.CommandLine;
using RebaseBatch.Commands.Output;
using RebaseBatch.Evaluation.Gates;
using RebaseBatch.Evaluation.History;
using RebaseBatch.Evaluation.Reports;
using RebaseBatch.Hosting;
using RebaseBatch.Platform.Errors;

namespace RebaseBatch.Commands.Schedules;

/// <summary><c>rebase schedules history NAME</c>: the schedule night by night, as a page or as data.</summary>
static class SchedulesHistoryCommand
{
    const string Stdout = "-";

    static readonly Column<HistoryRow>[] s_columns =
        [.. HistoryRow.Columns.Select(column => new Column<HistoryRow>(column.Name, column.Value))];

    public static Command Create(ProcessEnvironment environment)
    {
        var name = ScheduleArgument.Create();
        var output = new Option<string?>("--output", "-o")
        {
            Description = "The file to write; an existing file is replaced; '-' is stdout (default: history.html, and stdout for JSON and "
                + "CSV).",
            HelpName = "FILE",
        };
        var nights = NumberOption.Whole("--nights", $"How many nights to show, the newest (default: {HistoryReader.DefaultNights}).");
        var format = EnumOption.Create<HistoryFormat>("--format",
            "'html' is the page, 'json' and 'csv' have a row for each night and cell (default: html).");
        var command = new DocumentedCommand("history", """
            Writes one HTML page with a schedule's nights: the gate's answers, and the accuracy of each cell night by night.
            Each night has its answer and the reason. Each cell has a chart of its accuracy with 95 % intervals, beside the baseline's and
            the tolerated limit. A run without a verdict is shown as a gap with its reason. The page is one file that works offline.
            Example: rebase schedules history nightly -o nights.html
            Example: rebase schedules history nightly --nights 14 --format csv
            """) { name, output, nights, format };
        command.SetAction((parsed, ct) => RunAsync(new(environment, parsed), parsed.GetRequiredValue(name),
            parsed.GetValue(nights) ?? HistoryReader.DefaultNights, parsed.GetValue(format) ?? HistoryFormat.Html,
            parsed.GetValue(output), csv => CsvSafeOption.Over(csv, parsed), ct));
        return command;
    }

    static async Task<int> RunAsync(
        CommandContext context, string name, int nights, HistoryFormat format, string? output, Func<TextWriter, TextWriter> csv,
        CancellationToken ct)
    {
        if (nights < 1) throw new UserException(ExitCode.BadInput, $"--nights must be at least 1, and {nights} is not");
        await using var database = await context.OpenDatabaseAsync(ct);
        var history = await new HistoryReader(database.DataSource).ReadAsync(name, nights, ct);
        var links = NightLinks.To(sweep => context.Options.Notifications.ReportOf(sweep));
        await WriteAsync(context, output ?? (format is HistoryFormat.Html ? "history.html" : Stdout),
            writer => Write(format is HistoryFormat.Csv ? csv(writer) : writer, format, history, links));
        context.WriteStderr(
            $"{history.Nights.Count} of {GateText.Count(history.Runs, "run")}, {GateText.Count(history.Cells.Count, "cell")}");
        return (int)ExitCode.Ok;
    }

    static void Write(TextWriter writer, HistoryFormat format, ScheduleHistory history, NightLinks links)
    {
        if (format is HistoryFormat.Html) writer.Write(HistoryPage.Of(history, TimeProvider.System.GetUtcNow(), links));
        else Listing.Write(writer, format is HistoryFormat.Json ? OutputFormat.Json : OutputFormat.Csv, history.Rows, s_columns);
    }

    static async Task WriteAsync(CommandContext context, string output, Action<TextWriter> write)
    {
        if (output == Stdout)
        {
            write(context.Out);
            return;
        }

        var path = Path.GetFullPath(output, context.Environment.Folder);
        try
        {
            await AtomicFile.WriteAsync(path, writer =>
            {
                write(writer);
                return Task.CompletedTask;
            });
            context.Out.WriteLine(path);
        }
        catch (Exception exception) when (exception is UnauthorizedAccessException or IOException)
        {
            throw new UserException(exception is UnauthorizedAccessException ? ExitCode.NoPermission : ExitCode.BadInput,
                $"the history can't be written to {path}: {exception.Message.TrimEnd('.')}; name another file with -o", exception);
        }
    }
}
