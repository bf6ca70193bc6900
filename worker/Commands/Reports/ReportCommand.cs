using System.CommandLine;
using System.Text;
using RebaseBatch.Evaluation.Reports;
using RebaseBatch.Hosting;
using RebaseBatch.Platform.Errors;
using RebaseBatch.Platform.Text;

namespace RebaseBatch.Commands.Reports;

/// <summary><c>rebase report</c>: the results as an HTML page.</summary>
static class ReportCommand
{
    const string Stdout = "-";

    public static Command Create(ProcessEnvironment environment)
    {
        var runs = RunArguments.Create();
        var dataset = RunArguments.Dataset();
        var output = new Option<string?>("--output", "-o")
        {
            Description = "The file to write; an existing file is replaced; '-' is stdout (default: report.html, and stdout for Markdown).",
            HelpName = "FILE",
        };
        var title = new Option<string?>("--title")
        {
            Description = "The page's title (default: Evaluation of the dataset).",
            HelpName = "TEXT",
        };
        var trees = NumberOption.Whole("--trees",
            $"How many search trees to show, correct and wrong ones in turn; 0 for none (default: {ReportBuilder.DefaultTrees}).");
        var format = EnumOption.Create<ReportFormat>("--format",
            "'html' is the page, 'markdown' a short text that fits a comment of a pull request (default: html).");
        var command = new DocumentedCommand("report", """
            Writes one HTML page with the results of jobs that have ended.
            The page shows error against FLOPs, the Pareto front, the best choice for each budget, accuracy by difficulty, the cost of both
            models, saturation of votes, paired tests and search trees. It is one file that works offline. Every chart has its numbers in a
            table and as CSV. If exactly two jobs are named, the page compares them. If two sweeps, or a sweep and a job, are named, it
            compares them cell by cell: jobs with the same settings, seed and model names, problem by problem.
            Example: rebase report -o report.html
            Example: rebase report sweep:3 sweep:9 -o nights.html
            Example: rebase report 7 8 9 sweep:3 -o sweep.html --trees 12
            'schedule:NAME' stands for the schedule's newest judged run and its baseline; in Markdown it is what the gate says.
            Example: rebase report schedule:nightly --format markdown
            """) { runs, dataset, output, title, trees, format };
        command.SetAction((parsed, ct) =>
        {
            var asked = parsed.GetValue(format) ?? ReportFormat.Html;
            return RunAsync(
                new(environment, parsed), parsed.GetValue(runs) ?? [], parsed.GetValue(dataset), (asked, parsed.GetValue(output)),
                parsed.GetValue(title), parsed.GetValue(trees) ?? ReportBuilder.DefaultTrees, ct);
        });
        return command;
    }

    static async Task<int> RunAsync(
        CommandContext context, string[] names, string? dataset, (ReportFormat Format, string? Output) asked, string? title, int trees,
        CancellationToken ct)
    {
        if (trees < 0) throw new UserException(ExitCode.BadInput, $"--trees must be at least 0, and {trees} is not");
        var output = asked.Output ?? (asked.Format is ReportFormat.Html ? "report.html" : Stdout);
        await using var database = await context.OpenDatabaseAsync(ct);
        if (JudgedSchedule.NameIn(names) is { } schedule)
        {
            if (asked.Format is ReportFormat.Markdown)
            {
                var verdict = await JudgedSchedule.AnswerAsync(database.DataSource, schedule, ct);
                var report = context.Options.Notifications.ReportOf(verdict.SweepId);
                await WriteAsync(context, output, await new MarkdownPages(database.DataSource).OfAsync(verdict, report, ct), ct);
                return (int)ExitCode.Ok;
            }

            names = await JudgedSchedule.SweepsAsync(database.DataSource, schedule, ct);
        }

        var evaluations = await RunArguments.EvaluateAsync(new(database.DataSource), names, dataset, context.WriteStderr, ct);
        foreach (var remark in evaluations.SelectMany(evaluation => evaluation.Remarks)) context.WriteStderr(remark);
        var page = asked.Format is ReportFormat.Markdown
            ? await new MarkdownPages(database.DataSource).OfAsync(evaluations, title, ct)
            : await ReportBuilder.BuildAsync(database.DataSource, evaluations, title, trees, TimeProvider.System.GetUtcNow(), ct);
        await WriteAsync(context, output, page, ct);
        context.WriteStderr(
            $"{HumanText.Bytes(Encoding.UTF8.GetByteCount(page))}, {evaluations.Sum(evaluation => evaluation.Jobs.Count)} jobs");
        return (int)ExitCode.Ok;
    }

    static async Task WriteAsync(CommandContext context, string output, string page, CancellationToken ct)
    {
        if (output == Stdout)
        {
            context.Out.Write(page);
            return;
        }

        var path = Path.GetFullPath(output, context.Environment.Folder);
        try
        {
            await File.WriteAllTextAsync(path, page, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false), ct);
            context.Out.WriteLine(path);
        }
        catch (Exception exception) when (exception is UnauthorizedAccessException or DirectoryNotFoundException or IOException)
        {
            throw new UserException(exception is UnauthorizedAccessException ? ExitCode.NoPermission : ExitCode.BadInput,
                $"the report can't be written to {path}: {exception.Message.TrimEnd('.')}; name another file with -o", exception);
        }
    }
}
