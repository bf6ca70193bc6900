using System.CommandLine;
using RebaseBatch.Evaluation.Schedules;
using RebaseBatch.Hosting;
using RebaseBatch.Platform.Postgres.Embedded;

namespace RebaseBatch.Commands.Schedules;

/// <summary><c>rebase schedules remove NAME</c>.</summary>
static class SchedulesRemoveCommand
{
    public static Command Create(ProcessEnvironment environment)
    {
        var name = ScheduleArgument.Create();
        var command = new DocumentedCommand("remove", """
            Removes a schedule. Jobs that it enqueued stay, with their results; what is still waiting can be cancelled with 'rebase jobs cancel'.
            Example: rebase schedules remove nightly
            """) { name };
        command.SetAction(async (parsed, ct) =>
        {
            var context = new CommandContext(environment, parsed);
            await using var database = await context.OpenDatabaseAsync(ct);
            if (!await new ScheduleStore(database.DataSource).RemoveAsync(parsed.GetRequiredValue(name), ct)) throw ScheduleArgument.NotFound(parsed.GetRequiredValue(name));
            context.WriteStderr($"schedule {parsed.GetRequiredValue(name)} is removed");
        });
        return command;
    }
}
