using System.CommandLine;
using RebaseBatch.Durable.Jobs;
using RebaseBatch.Hosting;
using RebaseBatch.Platform.Postgres.Embedded;

namespace RebaseBatch.Commands.Jobs;

/// <summary><c>rebase jobs retry JOB</c>: takes up again what failed or was cancelled.</summary>
static class JobsRetryCommand
{
    public static Command Create(ProcessEnvironment environment)
    {
        var job = JobArgument.Create();
        var command = new DocumentedCommand("retry", """
            Puts a job's cancelled and discarded batches, and those with failed problems, back into the queue. Problems with an answer keep it, and searches go on from their stored steps.
            Example: rebase jobs retry 7
            """) { job };
        command.SetAction(async (parsed, ct) =>
        {
            var context = new CommandContext(environment, parsed);
            await using var database = await context.OpenDatabaseAsync(ct);
            var jobId = parsed.GetValue(job);
            var batches = await new JobStore(database.DataSource).RetryAsync(jobId, ct) ?? throw NotFound.Job(jobId);
            context.WriteStderr(batches switch
            {
                0 => $"job {jobId} has nothing to retry, or is still being cancelled",
                1 => $"1 batch of job {jobId} is back in the queue",
                _ => $"{batches} batches of job {jobId} are back in the queue",
            });
        });
        return command;
    }
}
