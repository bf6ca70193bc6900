using System.CommandLine;
using RebaseBatch.Durable.Sharing;
using RebaseBatch.Hosting;

namespace RebaseBatch.Commands.Queue;

/// <summary><c>rebase queue pause</c> and <c>rebase queue resume</c>.</summary>
static class QueuePauseCommand
{
    public static Command CreatePause(ProcessEnvironment environment)
    {
        var command = new DocumentedCommand("pause", """
            Pauses the whole queue.
            No worker takes a batch any more. Running batches store their finished steps and go back into the queue at their next lease
            renewal, within seconds. Jobs can still be enqueued. The workers stay up.
            Example: rebase queue pause
            """);
        command.SetAction(async (parsed, ct) =>
        {
            var context = new CommandContext(environment, parsed);
            await using var database = await context.OpenDatabaseAsync(ct);
            context.WriteStderr(await new QueueControl(database.DataSource).PauseAsync(ct)
                ? "the queue is paused; running batches go back into it within seconds, and 'rebase queue resume' goes on"
                : "the queue was paused already");
        });
        return command;
    }

    public static Command CreateResume(ProcessEnvironment environment)
    {
        var command = new DocumentedCommand("resume", """
            Lets a paused queue go on.
            Jobs that were paused by themselves stay paused.
            Example: rebase queue resume
            """);
        command.SetAction(async (parsed, ct) =>
        {
            var context = new CommandContext(environment, parsed);
            await using var database = await context.OpenDatabaseAsync(ct);
            var resumed = await new QueueControl(database.DataSource).ResumeAsync(ct);
            context.WriteStderr(resumed ? "the queue goes on" : "the queue was not paused");
        });
        return command;
    }
}
