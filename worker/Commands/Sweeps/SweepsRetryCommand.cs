using System.CommandLine;
using RebaseBatch.Commands.Jobs;
using RebaseBatch.Hosting;

namespace RebaseBatch.Commands.Sweeps;

/// <summary><c>rebase sweeps retry SWEEP...</c>: runs again what failed or was cancelled.</summary>
static class SweepsRetryCommand
{
    public static Command Create(ProcessEnvironment environment)
    {
        var sweeps = SweepArgument.CreateSeveral();
        var fromScratch = JobsRetryCommand.FromScratch();
        var command = new DocumentedCommand("retry", """
            Puts the unfinished work of one sweep or several back into the queue, as 'rebase jobs retry' does for each of their jobs.
            Problems that have an answer keep it.
            Example: rebase sweeps retry 2
            """) { sweeps, fromScratch };
        command.SetAction(async (parsed, ct) =>
        {
            var context = new CommandContext(environment, parsed);
            await using var database = await context.OpenDatabaseAsync(ct);
            return (int)await EachJob.RunAsync(context, (parsed.GetValue(sweeps) ?? []).Distinct(), async sweep =>
                await JobsRetryCommand.RunAsync(context, database.DataSource,
                    [.. (await JobsOrSweep.OfSweepAsync(database.DataSource, sweep, ct)).Distinct()], parsed.GetValue(fromScratch), ct));
        });
        return command;
    }
}
