using System.CommandLine;
using RebaseBatch.Durable.Jobs;
using RebaseBatch.Durable.Retention;
using RebaseBatch.Hosting;
using RebaseBatch.Platform.Errors;

namespace RebaseBatch.Commands.Jobs;

/// <summary><c>rebase jobs delete JOB...</c>: deletes jobs that have ended.</summary>
static class JobsDeleteCommand
{
    public static Command Create(ProcessEnvironment environment)
    {
        var jobs = new JobsOrSweep();
        var shared = SharedJobs.Create();
        var files = new Option<bool>("--files") { Description = "Delete the jobs' result files too (default: they stay where they are)." };
        var command = new DocumentedCommand("delete", """
            Deletes jobs that have ended, with their steps, answers and usage, and lists their result files.
            A job that runs must be cancelled first. A job of a schedule's baseline is not deleted. A sweep that asks for the same work
            later runs it again.
            Example: rebase jobs delete 7
            Example: rebase jobs delete 7 --files
            Example: rebase jobs delete 3 5 7
            """) { files, shared };
        jobs.AddTo(command);
        command.SetAction(async (parsed, ct) =>
        {
            var context = new CommandContext(environment, parsed);
            jobs.Require(parsed);
            await using var database = await context.OpenDatabaseAsync(ct);
            var remove = parsed.GetValue(files);
            var chosen = await jobs.ReadOwnAsync(context, parsed, database.DataSource, parsed.GetValue(shared), ct);
            return (int)await EachJob.RunAsync(context, chosen, async jobId =>
            {
                var names = await new JobDeletion(database.DataSource, context.Results).RunAsync(jobId, remove, ct)
                    ?? throw NotFound.Job(jobId);
                foreach (var name in names) await context.Out.WriteLineAsync(name);
                context.WriteStderr($"job {jobId} is deleted; " + (names.Count, remove) switch
                {
                    (0, _) => "it had no result files",
                    (_, true) => $"its {names.Count} result files are deleted too",
                    _ => $"its {names.Count} result files stay in {context.Results.Location}",
                });
                return ExitCode.Ok;
            });
        });
        return command;
    }
}
