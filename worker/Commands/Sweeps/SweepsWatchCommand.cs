using System.CommandLine;
using RebaseBatch.Commands.Jobs;
using RebaseBatch.Hosting;

namespace RebaseBatch.Commands.Sweeps;

/// <summary><c>rebase sweeps watch SWEEP</c>: follows the jobs of a sweep to their end.</summary>
static class SweepsWatchCommand
{
    public static Command Create(ProcessEnvironment environment)
    {
        var sweep = SweepArgument.Create();
        var command = new DocumentedCommand("watch", """
            Shows the progress of a sweep's jobs on stderr until they end.
            The exit code is 0 if every problem has a result, and 7 if some failed or a job was cancelled.
            Example: rebase sweeps watch 2 && rebase report sweep:2
            """) { sweep };
        command.SetAction(async (parsed, ct) =>
        {
            var context = new CommandContext(environment, parsed);
            await using var database = await context.OpenDatabaseAsync(ct);
            var jobs = await JobsOrSweep.OfSweepAsync(database.DataSource, parsed.GetValue(sweep), ct);
            return (int)await WatchedJobs.RunAsync(context, database, [.. jobs.Distinct()], ct);
        });
        return command;
    }
}
