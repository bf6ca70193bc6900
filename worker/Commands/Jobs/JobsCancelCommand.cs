using System.CommandLine;
using RebaseBatch.Durable.Jobs;
using RebaseBatch.Hosting;
using RebaseBatch.Platform.Postgres.Embedded;

namespace RebaseBatch.Commands.Jobs;

/// <summary><c>rebase jobs cancel JOB</c>: ends a job early and keeps the answers it has.</summary>
static class JobsCancelCommand
{
    public static Command Create(ProcessEnvironment environment)
    {
        var job = JobArgument.Create();
        var command = new DocumentedCommand("cancel", """
            Cancels a job: batches that wait end at once, those that run at their next lease renewal. Answers that are there stay; 'rebase jobs retry' takes the rest up again.
            Example: rebase jobs cancel 7
            """) { job };
        command.SetAction(async (parsed, ct) =>
        {
            var context = new CommandContext(environment, parsed);
            await using var database = await context.OpenDatabaseAsync(ct);
            var jobId = parsed.GetValue(job);
            var cancelled = await new JobStore(database.DataSource).CancelAsync(jobId, ct) ?? throw NotFound.Job(jobId);
            context.WriteStderr(cancelled ? $"job {jobId} is cancelled; batches that run end within seconds" : $"job {jobId} had ended already");
        });
        return command;
    }
}
