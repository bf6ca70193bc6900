using System.CommandLine;
using RebaseBatch.Commands.Compare;
using RebaseBatch.Commands.Jobs;
using RebaseBatch.Commands.Output;
using RebaseBatch.Core.Tables;
using RebaseBatch.Durable.Jobs;
using RebaseBatch.Durable.Results;
using RebaseBatch.Hosting;

namespace RebaseBatch.Commands.Answers;

/// <summary><c>rebase answers list JOB</c>: what came of each problem.</summary>
static class AnswersListCommand
{
    const int DefaultLimit = 50;

    public static Command Create(ProcessEnvironment environment)
    {
        var job = JobArgument.Create();
        var wrong = new Option<bool>("--wrong") { Description = "Problems whose answer is not right." };
        var unanswered = new Option<bool>("--unanswered") { Description = "Problems whose search ended without an answer." };
        var failed = new Option<bool>("--failed") { Description = "Problems whose result is an error." };
        var limit = NumberOption.Count("--limit", $"Show at most N problems (default: {DefaultLimit} in a table, all in JSON and CSV).");
        var format = FormatOption.Create();
        var command = new DocumentedCommand("list", """
            Lists a job's problems in the dataset's order, with what came of each of them.
            With several of --wrong, --unanswered and --failed it lists the problems of each kind.
            Example: rebase answers list 7 --wrong
            Example: rebase answers list 7 --unanswered --failed --format csv > open.csv
            """) { job, wrong, unanswered, failed, limit, format };
        command.SetAction(async (parsed, ct) =>
        {
            var context = new CommandContext(environment, parsed);
            var how = parsed.GetValue(format) ?? OutputFormat.Table;
            ProblemVerdict[] verdicts =
            [
                .. parsed.GetValue(wrong) ? [ProblemVerdict.Wrong] : Array.Empty<ProblemVerdict>(),
                .. parsed.GetValue(unanswered) ? [ProblemVerdict.Unanswered] : Array.Empty<ProblemVerdict>(),
                .. parsed.GetValue(failed) ? [ProblemVerdict.Failed] : Array.Empty<ProblemVerdict>(),
            ];
            await using var database = await context.OpenDatabaseAsync(ct);
            var jobId = parsed.GetValue(job);
            if (await new JobStore(database.DataSource).ProgressAsync(jobId, ct) is null) throw NotFound.Job(jobId);
            var most = parsed.GetValue(limit) ?? (how is OutputFormat.Table ? DefaultLimit : int.MaxValue);
            var (problems, found) = await new ProblemQueries(database.DataSource).ListAsync(jobId, verdicts, most, ct);
            Listing.Write(context.Out, how, problems, s_columns);
            if (found > problems.Count) context.WriteStderr($"there are {found - problems.Count} more: --limit shows them");
        });
        return command;
    }

    static readonly Column<ProblemAnswer>[] s_columns =
    [
        new("number", row => row.Number, Rank: Rank.Key),
        new("custom_id", row => row.CustomId, row => FlipColumns.Cut(row.CustomId), Rank: 1, Least: 12),
        new("verdict", row => row.Verdict, Rank: Rank.Verdict),
        new("answer", row => row.Answer, row => FlipColumns.Cut(row.Answer), Rank: 2, Least: 8),
        new("gold_answer", row => row.Gold, row => FlipColumns.Cut(row.Gold), "right answer", Rank: 2, Least: 8),
        new("reason", row => row.Reason, row => FlipColumns.Cut(row.Reason), Rank: 3, Least: 16),
        new("question", row => row.Question, row => FlipColumns.Cut(row.Question), Rank: 4, Least: 20),
        new("solutions", row => row.Solutions, Rank: 6),
        new("ended_by", row => row.EndedBy, Rank: 5),
    ];
}
