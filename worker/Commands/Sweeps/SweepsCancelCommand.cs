using System.CommandLine;
using RebaseBatch.Commands.Jobs;
using RebaseBatch.Hosting;

namespace RebaseBatch.Commands.Sweeps;

/// <summary><c>rebase sweeps cancel SWEEP...</c>: cancels the jobs of sweeps.</summary>
static class SweepsCancelCommand
{
    public static Command Create(ProcessEnvironment environment)
    {
        var sweeps = SweepArgument.CreateSeveral();
        var shared = SharedJobs.Create();
        var command = new DocumentedCommand("cancel", """
            Cancels the jobs of one sweep or several, and keeps the answers that they already have.
            'rebase sweeps retry' continues them.
            Example: rebase sweeps cancel 2
            """) { sweeps, shared };
        command.SetAction(async (parsed, ct) =>
        {
            var context = new CommandContext(environment, parsed);
            await using var database = await context.OpenDatabaseAsync(ct);
            return (int)await EachJob.RunAsync(context, (parsed.GetValue(sweeps) ?? []).Distinct(), async sweep =>
            {
                IReadOnlyList<long> jobs = [.. (await JobsOrSweep.OfSweepAsync(database.DataSource, sweep, ct)).Distinct()];
                if (!parsed.GetValue(shared))
                    jobs = await SharedJobs.LeaveOutAsync(context, database.DataSource, sweep, jobs, [], ct);
                return await JobsCancelCommand.RunAsync(context, database.DataSource, jobs, ct);
            });
        });
        return command;
    }
}
