using System.CommandLine;
using RebaseBatch.Commands.Output;
using RebaseBatch.Commands.Output.ParquetFiles;
using RebaseBatch.Durable.Jobs;
using RebaseBatch.Durable.Results;
using RebaseBatch.Hosting;
using RebaseBatch.Platform.Text;

namespace RebaseBatch.Commands.Results;

/// <summary><c>rebase results export [JOB...]</c>: a view's rows, or whole jobs as files of other tools.</summary>
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
        var view = EnumOption.Create<ExportView>("--view", "Rows: the view to export (default: answers).");
        var format = EnumOption.Create<ExportFormat>(
            "--format", "Rows: csv, jsonl, parquet. Jobs, for other tools: eee, inspect, hf (default: csv).");
        var file = new Option<string>("--output", "-o")
        {
            Description = "The file to write instead of stdout; with eee and inspect a folder. A file appears only when it is complete.",
            HelpName = "FILE",
        };
        var tools = new ToolOptions();
        var command = new DocumentedCommand("export", """
            Writes the rows of a view, or whole jobs as files of other tools; for some jobs or for all.
            Rows (csv, jsonl, parquet): each is written as soon as it is read, so a million answers need no more memory than ten.
            Parquet has typed columns, and the views' column comments in the file's metadata; docs/notebooks.md reads it.
            Jobs (ended ones): eee is Every Eval Ever 0.3, inspect a log for 'inspect view', hf a file for .eval_results/ of a model's
            repository on the Hugging Face Hub, with the accuracy of completed jobs.
            Example: rebase results export 7 8 --view answers --format jsonl -o answers.jsonl
            Example: rebase results export --view nodes --format parquet -o nodes.parquet
            Example: rebase results export 7 --format inspect -o logs
            Example: rebase results export 7 --format hf --hub-dataset openai/gsm8k --hub-task gsm8k -o .eval_results/gsm8k.yaml
            """) { jobs, view, format, file };
        foreach (var option in tools.All) command.Add(option);
        command.SetAction(async (parsed, ct) =>
        {
            var context = new CommandContext(environment, parsed);
            var form = parsed.GetValue(format) ?? ExportFormat.Csv;
            tools.Check(parsed, form, view);
            var output = new ExportOutput(environment, parsed.GetValue(file));
            if (form is ExportFormat.Parquet) output.EnsureBytes();
            var folder = form is ExportFormat.EveryEvalEver or ExportFormat.Inspect ? output.Folder : "";
            var hub = form is ExportFormat.Hub ? tools.Hub(parsed) : null;

            await using var database = await context.OpenDatabaseAsync(ct);
            var export = new ViewExport(database.DataSource);
            var wanted = parsed.GetValue(jobs) ?? [];
            if (await export.MissingAsync(wanted, ct) is { } missing) throw NotFound.Job(missing);
            var tool = new ToolExport(new(database.DataSource), TimeProvider.System, context.WriteStderr);
            var name = $"v_{InvariantText.Text(parsed.GetValue(view) ?? ExportView.Answers)}";
            Task Run(Func<ExportedView, Task> read) => export.RunAsync(name, wanted, read, ct);
            await (form switch
            {
                ExportFormat.Parquet => output.BytesAsync(bytes => Run(rows => ParquetStream.WriteAsync(rows, bytes, ct))),
                ExportFormat.Jsonl => output.TextAsync(text => Run(rows => Lines(rows).WriteJsonLinesAsync(text, ct))),
                ExportFormat.Csv => output.TextAsync(text => Run(rows => Lines(rows).WriteCsvAsync(CsvSafeOption.Over(text, parsed), ct))),
                ExportFormat.EveryEvalEver => tool.EveryEvalEverAsync(wanted, folder, tools.Source(parsed), ct),
                ExportFormat.Inspect => tool.InspectAsync(wanted, folder, ct),
                ExportFormat.Hub => output.TextAsync(async text => await text.WriteAsync(await tool.HubAsync(wanted, hub!, ct))),
                _ => throw new ArgumentOutOfRangeException(nameof(parsed), form, "no such format"),
            });
        });
        return command;
    }

    static RowStream Lines(ExportedView rows) => new(rows.Reader, rows.Added);
}
