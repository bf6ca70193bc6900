using System.CommandLine;
using Npgsql;
using RebaseBatch.Durable.Jobs;
using RebaseBatch.Hosting;
using RebaseBatch.Platform.Errors;

namespace RebaseBatch.Commands.Jobs;

/// <summary><c>rebase jobs retry JOB...</c>: runs again what failed or was cancelled.</summary>
static class JobsRetryCommand
{
    public static Command Create(ProcessEnvironment environment)
    {
        var jobs = new JobsOrSweep();
        var fromScratch = FromScratch();
        var command = new DocumentedCommand("retry", """
            Puts the unfinished work of one job or several back into the queue.
            These are cancelled and discarded batches, and batches with failed problems.
            Problems that have an answer keep it. Searches continue from their stored steps; with --from-scratch these are deleted.
            Example: rebase jobs retry 7
            Example: rebase jobs retry --sweep 2
            """) { fromScratch };
        jobs.AddTo(command);
        command.SetAction(async (parsed, ct) =>
        {
            var context = new CommandContext(environment, parsed);
            jobs.Require(parsed);
            await using var database = await context.OpenDatabaseAsync(ct);
            return (int)await RunAsync(
                context, database.DataSource, await jobs.ReadAsync(parsed, database.DataSource, ct), parsed.GetValue(fromScratch), ct);
        });
        return command;
    }

    public static Option<bool> FromScratch() => new("--from-scratch")
    {
        Description = "Delete the stored steps of these problems, so that their searches begin anew.",
    };

    public static Task<ExitCode> RunAsync(
        CommandContext context, NpgsqlDataSource db, IReadOnlyList<long> jobs, bool fromScratch, CancellationToken ct)
    {
        var store = new JobStore(db);
        // In the order of their numbers they come back into their lines as they came first.
        return EachJob.RunAsync(context, jobs.Order(), async jobId =>
        {
            context.WriteStderr(
                DeedText.OfRetry(jobId, await store.RetryAsync(jobId, ct, fromScratch)) ?? throw NotFound.Job(jobId));
            return ExitCode.Ok;
        });
    }
}
