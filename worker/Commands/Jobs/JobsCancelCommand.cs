using System.CommandLine;
using RebaseBatch.Durable.Jobs;
using RebaseBatch.Hosting;

namespace RebaseBatch.Commands.Jobs;

/// <summary><c>rebase jobs cancel JOB</c>: ends a job early and keeps the answers it has.</summary>
static class JobsCancelCommand
{
    public static Command Create(ProcessEnvironment environment)
    {
        var job = JobArgument.Create();
        var command = new DocumentedCommand("cancel", """
            Cancels a job and keeps the answers that it already has.
            Waiting batches end at once. Running batches end at their next lease renewal, within seconds. 'rebase jobs retry' continues the
            job.
            Example: rebase jobs cancel 7
            """) { job };
        command.SetAction(async (parsed, ct) =>
        {
            var context = new CommandContext(environment, parsed);
            await using var database = await context.OpenDatabaseAsync(ct);
            var jobId = parsed.GetValue(job);
            var cancelled = await new JobStore(database.DataSource).CancelAsync(jobId, ct) ?? throw NotFound.Job(jobId);
            context.WriteStderr(
                cancelled ? $"job {jobId} is cancelled; its running batches end within seconds" : $"job {jobId} had already ended");
        });
        return command;
    }
}
