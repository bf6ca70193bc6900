using System.CommandLine;
using RebaseBatch.Evaluation.Schedules;
using RebaseBatch.Hosting;

namespace RebaseBatch.Commands.Schedules;

/// <summary><c>rebase schedules remove NAME</c>.</summary>
static class SchedulesRemoveCommand
{
    public static Command Create(ProcessEnvironment environment)
    {
        var name = ScheduleArgument.Create();
        var command = new DocumentedCommand("remove", """
            Removes a schedule.
            The jobs that it enqueued stay, with their results. 'rebase jobs cancel' cancels those that are still waiting.
            Example: rebase schedules remove nightly
            """) { name };
        command.SetAction(async (parsed, ct) =>
        {
            var context = new CommandContext(environment, parsed);
            await using var database = await context.OpenDatabaseAsync(ct);
            var removed = parsed.GetRequiredValue(name);
            if (!await new ScheduleStore(database.DataSource).RemoveAsync(removed, ct)) throw ScheduleArgument.NotFound(removed);
            context.WriteStderr($"schedule {removed} is removed");
        });
        return command;
    }
}
