using System.CommandLine;
using RebaseBatch.Commands.Jobs;
using RebaseBatch.Commands.Output;
using RebaseBatch.Durable.Results;
using RebaseBatch.Evaluation.Reports;
using RebaseBatch.Evaluation.Reports.Trees;
using RebaseBatch.Hosting;
using RebaseBatch.Platform.Errors;

namespace RebaseBatch.Commands.Answers;

/// <summary><c>rebase answers show JOB PROBLEM</c>: one problem with everything that led to its answer.</summary>
static class AnswersShowCommand
{
    // A browser still draws so many.
    const int MostNodes = 2000;

    public static Command Create(ProcessEnvironment environment)
    {
        var (job, problem) = (JobArgument.Create(), ProblemArgument.Create());
        var open = new Option<bool>("--open")
        {
            Description = "Make a page of the search tree and open it in the browser. Its file's path is printed. Goes without --format.",
        };
        var format = FormatOption.Create();
        var command = new DocumentedCommand("show", """
            Shows one problem: its question and right answer, each vote, each solution with the scores of its steps, and the search tree.
            CSV has a row for each solution.
            Example: rebase answers show 7 12
            Example: rebase answers show 7 gsm8k-0012 --format json
            """) { job, problem, open, format };
        command.SetAction(async (parsed, ct) =>
        {
            var context = new CommandContext(environment, parsed);
            if (parsed.GetValue(open) && parsed.GetValue(format) is not null)
                throw new UserException(ExitCode.BadInput, "--open makes a page, which has no --format: give one of them");
            await using var database = await context.OpenDatabaseAsync(ct);
            var jobId = parsed.GetValue(job);
            var found = await ProblemArgument.FindAsync(database.DataSource, jobId, parsed.GetRequiredValue(problem), ct);
            var trees = new TreeQueries(database.DataSource);
            if (parsed.GetValue(open)) await OpenAsync(context, trees, jobId, found.Problem, ct);
            else new ProblemWriter(context, parsed.GetValue(format) ?? OutputFormat.Table)
                .Write(found, await trees.StepsAsync(found.Problem.ProblemId, ct));
        });
        return command;
    }

    static async Task OpenAsync(CommandContext context, TreeQueries trees, long jobId, ProblemAnswer problem, CancellationToken ct)
    {
        var tree = await trees.OfProblemAsync(jobId, $"problem {problem.Number} of its dataset", problem.Place, MostNodes, ct)
            ?? throw new UserException(ExitCode.NotFound, $"job {jobId} has no tree to draw for problem {problem.Number}: it has no right "
                + $"answer or no result, its steps are deleted, or they are more than {MostNodes}");
        var folder = Directory.CreateDirectory(Path.Combine(context.Options.DataDirectory, "pages")).FullName;
        var path = Path.Combine(folder, $"job-{jobId}-problem-{problem.Number}.html");
        await AtomicFile.WriteAsync(path, page => page.WriteAsync(FlipsPage.OfTree(tree, TimeProvider.System.GetUtcNow())));
        context.Out.WriteLine(path);
        if (!PageOpener.Open(path, context.Environment.Variables))
            context.WriteStderr("no browser was found here: open the file above in one");
    }
}
