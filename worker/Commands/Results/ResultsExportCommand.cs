using System.CommandLine;
using Npgsql;
using RebaseBatch.Commands.Output;
using RebaseBatch.Durable.Jobs;
using RebaseBatch.Durable.Results;
using RebaseBatch.Hosting;
using RebaseBatch.Platform.Text;

namespace RebaseBatch.Commands.Results;

/// <summary><c>rebase results export [JOB...]</c>: a view's rows as CSV or JSON Lines.</summary>
static class ResultsExportCommand
{
    public static Command Create(ProcessEnvironment environment)
    {
        var jobs = new Argument<long[]>("JOB")
        {
            Description = "Numbers of jobs (default: all jobs).",
            Arity = ArgumentArity.ZeroOrMore,
            CustomParser = NumberParser.JobNumbers,
        };
        var view = EnumOption.Create<ExportView>("--view", "The view to export (default: answers).");
        var format = EnumOption.Create<ExportFormat>("--format", "The format of the rows (default: csv).");
        var file = new Option<string>("--output", "-o")
        {
            Description = "The file to write instead of stdout. It appears only when it is complete.",
            HelpName = "FILE",
        };
        var command = new DocumentedCommand("export", """
            Writes the rows of a view, for some jobs or for all, as CSV or JSON Lines.
            Each row is written as soon as it is read, so a million answers need no more memory than ten.
            Example: rebase results export 7 8 --view answers --format jsonl -o answers.jsonl
            Example: rebase results export --view accuracy > accuracy.csv
            """) { jobs, view, format, file };
        command.SetAction(async (parsed, ct) =>
        {
            var context = new CommandContext(environment, parsed);
            await using var database = await context.OpenDatabaseAsync(ct);
            var export = new ViewExport(database.DataSource);
            var wanted = parsed.GetValue(jobs) ?? [];
            if (await export.MissingAsync(wanted, ct) is { } missing) throw NotFound.Job(missing);
            Task Write(TextWriter output) =>
                export.RunAsync(Name(parsed.GetValue(view) ?? ExportView.Answers), wanted, Rows(output, parsed.GetValue(format), ct), ct);
            if (parsed.GetValue(file) is { } path) await AtomicFile.WriteAsync(Path.GetFullPath(path, environment.Folder), Write);
            else await Write(context.Out);
        });
        return command;
    }

    static string Name(ExportView view) => $"v_{InvariantText.Text(view)}";

    static Func<NpgsqlDataReader, Task> Rows(TextWriter output, ExportFormat? format, CancellationToken ct) => format is ExportFormat.Jsonl
        ? reader => new RowStream(reader).WriteJsonLinesAsync(output, ct)
        : reader => new RowStream(reader).WriteCsvAsync(output, ct);
}
