using System.CommandLine;
using RebaseBatch.Hosting;

namespace RebaseBatch.Commands.Jobs;

/// <summary><c>rebase jobs watch JOB...</c>: follows jobs to their end.</summary>
static class JobsWatchCommand
{
    public static Command Create(ProcessEnvironment environment)
    {
        var jobs = new JobsOrSweep();
        var command = new DocumentedCommand("watch", """
            Shows the progress of one job or several on stderr until they end.
            The exit code is 0 if every problem has a result, and 7 if some failed or a job was cancelled.
            Example: rebase jobs watch 7 && rebase results show 7
            Example: rebase jobs watch 3 5 7
            """);
        jobs.AddTo(command);
        command.SetAction(async (parsed, ct) =>
        {
            var context = new CommandContext(environment, parsed);
            jobs.Require(parsed);
            await using var database = await context.OpenDatabaseAsync(ct);
            return (int)await WatchedJobs.RunAsync(
                context, database, await jobs.ReadAsync(parsed, database.DataSource, ct), ct);
        });
        return command;
    }
}
