using System.CommandLine;
using RebaseBatch.Durable.Jobs;
using RebaseBatch.Durable.Retention;
using RebaseBatch.Hosting;

namespace RebaseBatch.Commands.Jobs;

/// <summary><c>rebase jobs delete JOB</c>: deletes a job that has ended.</summary>
static class JobsDeleteCommand
{
    public static Command Create(ProcessEnvironment environment)
    {
        var job = JobArgument.Create();
        var files = new Option<bool>("--files") { Description = "Delete the job's result files too (default: they stay where they are)." };
        var command = new DocumentedCommand("delete", """
            Deletes a job that has ended, with its steps, answers and usage, and lists its result files.
            A job that runs must be cancelled first. A job of a schedule's baseline is not deleted. A sweep that asks for the same work
            later runs it again.
            Example: rebase jobs delete 7
            Example: rebase jobs delete 7 --files
            """) { job, files };
        command.SetAction(async (parsed, ct) =>
        {
            var context = new CommandContext(environment, parsed);
            await using var database = await context.OpenDatabaseAsync(ct);
            var jobId = parsed.GetValue(job);
            var remove = parsed.GetValue(files);
            var names = await new JobDeletion(database.DataSource, context.Results).RunAsync(jobId, remove, ct)
                ?? throw NotFound.Job(jobId);
            foreach (var name in names) await context.Out.WriteLineAsync(name);
            context.WriteStderr($"job {jobId} is deleted; " + (names.Count, remove) switch
            {
                (0, _) => "it had no result files",
                (_, true) => $"its {names.Count} result files are deleted too",
                _ => $"its {names.Count} result files stay in {context.Results.Location}",
            });
        });
        return command;
    }
}
