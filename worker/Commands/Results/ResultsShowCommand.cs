using System.CommandLine;
using RebaseBatch.Commands.Jobs;
using RebaseBatch.Commands.Output;
using RebaseBatch.Durable.Results;
using RebaseBatch.Hosting;

namespace RebaseBatch.Commands.Results;

/// <summary><c>rebase results show JOB</c>: accuracy by vote, tokens, FLOPs, files; or the answers.</summary>
static class ResultsShowCommand
{
    public static Command Create(ProcessEnvironment environment)
    {
        var job = JobArgument.Create();
        var format = FormatOption.Create();
        var answers = new Option<bool>("--answers")
        {
            Description = "Write the answers instead of the totals; as JSON one line for each, as in answers.jsonl.",
        };
        var command = new DocumentedCommand("show", """
            Shows the results of a job so far.
            This includes accuracy by voting method over the problems with a known answer, sampled tokens, floating-point operations
            (2 x parameters x tokens; for the policy alone and for both models), and the place of the result files.
            Example: rebase results show 7 --format csv
            Example: rebase results show 7 --answers --format json > answers.jsonl
            """) { job, answers, format };
        command.SetAction(async (parsed, ct) =>
        {
            var context = new CommandContext(environment, parsed);
            await using var database = await context.OpenDatabaseAsync(ct);
            var how = parsed.GetValue(format) ?? OutputFormat.Table;
            var report = await JobReport.ReadAsync(database.DataSource, parsed.GetValue(job), ct);
            if (parsed.GetValue(answers))
            {
                var rows = new ResultQueries(database.DataSource).AnswersAsync(report.JobId, ct: ct);
                await AnswersWriter.WriteAsync(context.Out, how, rows, ct);
            }
            else
            {
                new JobReportWriter(context.Out, how, context.Results.Location, TimeProvider.System).Write([report]);
                await UnansweredRemarks.WriteAsync(context, database.DataSource, report.Progress, ct);
            }
        });
        return command;
    }
}
