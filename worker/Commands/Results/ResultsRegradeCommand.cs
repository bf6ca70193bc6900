using System.CommandLine;
using RebaseBatch.Commands.Jobs;
using RebaseBatch.Commands.Output;
using RebaseBatch.Core.Tables;
using RebaseBatch.Durable.Jobs;
using RebaseBatch.Durable.Results;
using RebaseBatch.Hosting;
using RebaseBatch.Platform.Errors;

namespace RebaseBatch.Commands.Results;

/// <summary><c>rebase results regrade JOB</c>: grades stored answers again.</summary>
static class ResultsRegradeCommand
{
    public static Command Create(ProcessEnvironment environment)
    {
        var job = JobArgument.Create();
        var list = new Option<bool>("--list")
        {
            Description = "Show each answer that changed, with its right answer and both verdicts, in place of their numbers.",
        };
        var format = FormatOption.Create();
        var command = new DocumentedCommand("regrade", """
            Grades the answers of an ended job again, with this program's extraction, equivalence and votes.
            It generates no text. A worker then writes new result files, under new names.
            The answers that changed can be listed; verdicts of before are kept nowhere else.
            Example: rebase results regrade 7 --list
            """) { job, list, format };
        command.SetAction(async (parsed, ct) =>
        {
            var context = new CommandContext(environment, parsed);
            await using var database = await context.OpenDatabaseAsync(ct);
            var jobId = parsed.GetValue(job);
            RegradingOutcome outcome;
            try
            {
                outcome = await new Regrading(database.DataSource).RunAsync(jobId, ct) ?? throw NotFound.Job(jobId);
            }
            catch (InvalidOperationException e)
            {
                throw new UserException(ExitCode.BadInput, e.Message, e);
            }

            var shown = parsed.GetValue(format) ?? OutputFormat.Table;
            if (parsed.GetValue(list))
            {
                Listing.Write(context.Out, shown, outcome.Changes,
                    new("custom_id", row => row.CustomId, Rank: Rank.Key),
                    new("gold_answer", row => row.Gold, Rank: 3, Least: 8),
                    new("answer_before", row => row.Before, Rank: 2, Least: 8),
                    new("answer", row => row.Now, Rank: 1, Least: 8),
                    new("correct_before", row => row.RightBefore, Rank: 2),
                    new("correct", row => row.RightNow, Rank: Rank.Verdict));
                return;
            }

            Listing.WriteOne(context.Out, shown, outcome,
                new("job", _ => jobId),
                new("grader_version", row => row.GraderVersion),
                new("problems", row => row.Problems),
                new("other_answers", row => row.OtherAnswers),
                new("now_right", row => row.NowRight),
                new("now_wrong", row => row.NowWrong));
        });
        return command;
    }
}
