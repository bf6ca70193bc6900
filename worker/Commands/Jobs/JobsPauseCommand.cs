using System.CommandLine;
using RebaseBatch.Durable.Jobs;
using RebaseBatch.Hosting;
using RebaseBatch.Platform.Errors;

namespace RebaseBatch.Commands.Jobs;

/// <summary><c>rebase jobs pause JOB...</c> and <c>rebase jobs resume JOB...</c>.</summary>
static class JobsPauseCommand
{
    public static Command CreatePause(ProcessEnvironment environment) => Create(environment, "pause", """
        Pauses jobs.
        No worker takes a batch of them any more. Running batches store their finished steps and go back into the queue at their next lease
        renewal, within seconds. 'rebase jobs resume' goes on where they stopped.
        Example: rebase jobs pause 7 8
        Example: rebase jobs pause --sweep 2
        """, async (jobs, job, ct) => DeedText.OfPause(job, await jobs.PauseAsync(job, ct)));

    public static Command CreateResume(ProcessEnvironment environment) => Create(environment, "resume", """
        Lets paused jobs go on.
        They take their turn among the jobs that came since.
        Example: rebase jobs resume 7 8
        Example: rebase jobs resume --sweep 2
        """, async (jobs, job, ct) => DeedText.OfResume(job, await jobs.ResumeAsync(job, ct)));

    static DocumentedCommand Create(ProcessEnvironment environment, string name, string documentation,
        Func<JobControl, long, CancellationToken, Task<string?>> change)
    {
        var chosen = new JobsOrSweep();
        var shared = SharedJobs.Create();
        var command = new DocumentedCommand(name, documentation) { shared };
        chosen.AddTo(command);
        command.SetAction(async (parsed, ct) =>
        {
            var context = new CommandContext(environment, parsed);
            chosen.Require(parsed);
            await using var database = await context.OpenDatabaseAsync(ct);
            var jobs = new JobControl(database.DataSource);
            var inTurn = await chosen.ReadInTurnAsync(context, parsed, database.DataSource, parsed.GetValue(shared), ct);
            return (int)await EachJob.RunAsync(context, inTurn, async job =>
            {
                context.WriteStderr(await change(jobs, job, ct) ?? throw NotFound.Job(job));
                return ExitCode.Ok;
            });
        });
        return command;
    }
}
