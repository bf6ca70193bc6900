using System.CommandLine;
using Npgsql;
using RebaseBatch.Durable.Jobs;
using RebaseBatch.Hosting;
using RebaseBatch.Platform.Errors;

namespace RebaseBatch.Commands.Jobs;

/// <summary><c>rebase jobs cancel JOB...</c>: ends jobs early and keeps the answers they have.</summary>
static class JobsCancelCommand
{
    public static Command Create(ProcessEnvironment environment)
    {
        var jobs = new JobsOrSweep();
        var shared = SharedJobs.Create();
        var command = new DocumentedCommand("cancel", """
            Cancels one job or several, and keeps the answers that they already have.
            Waiting batches end at once. Running batches end at their next lease renewal, within seconds. 'rebase jobs retry' continues the
            job.
            Example: rebase jobs cancel 7
            Example: rebase jobs cancel 3 5 7
            Example: rebase jobs cancel --sweep 2
            """) { shared };
        jobs.AddTo(command);
        command.SetAction(async (parsed, ct) =>
        {
            var context = new CommandContext(environment, parsed);
            jobs.Require(parsed);
            await using var database = await context.OpenDatabaseAsync(ct);
            var chosen = await jobs.ReadOwnAsync(context, parsed, database.DataSource, parsed.GetValue(shared), ct);
            return (int)await RunAsync(context, database.DataSource, chosen, ct);
        });
        return command;
    }

    public static Task<ExitCode> RunAsync(CommandContext context, NpgsqlDataSource db, IReadOnlyList<long> jobs, CancellationToken ct) =>
        EachJob.RunAsync(context, jobs, async jobId =>
        {
            context.WriteStderr(DeedText.OfCancel(jobId, await new JobStore(db).CancelAsync(jobId, ct)) ?? throw NotFound.Job(jobId));
            return ExitCode.Ok;
        });
}
