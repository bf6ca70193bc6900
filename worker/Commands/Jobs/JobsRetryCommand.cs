using System.CommandLine;
using RebaseBatch.Durable.Jobs;
using RebaseBatch.Hosting;

namespace RebaseBatch.Commands.Jobs;

/// <summary><c>rebase jobs retry JOB</c>: runs again what failed or was cancelled.</summary>
static class JobsRetryCommand
{
    public static Command Create(ProcessEnvironment environment)
    {
        var job = JobArgument.Create();
        var fromScratch = new Option<bool>("--from-scratch")
        {
            Description = "Delete the stored steps of these problems, so that their searches begin anew.",
        };
        var command = new DocumentedCommand("retry", """
            Puts a job's unfinished work back into the queue: cancelled and discarded batches, and batches with failed problems.
            Problems that have an answer keep it. Searches continue from their stored steps; with --from-scratch these are deleted.
            Example: rebase jobs retry 7
            """) { job, fromScratch };
        command.SetAction(async (parsed, ct) =>
        {
            var context = new CommandContext(environment, parsed);
            await using var database = await context.OpenDatabaseAsync(ct);
            var jobId = parsed.GetValue(job);
            var batches = await new JobStore(database.DataSource).RetryAsync(jobId, ct, parsed.GetValue(fromScratch))
                ?? throw NotFound.Job(jobId);
            context.WriteStderr(batches switch
            {
                0 => $"job {jobId} has nothing to retry, or is still being cancelled",
                1 => $"1 batch of job {jobId} was put back into the queue",
                _ => $"{batches} batches of job {jobId} were put back into the queue",
            });
        });
        return command;
    }
}
