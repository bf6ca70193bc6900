using System.CommandLine;
using RebaseBatch.Durable.Sharing;
using RebaseBatch.Hosting;
using RebaseBatch.Platform.Errors;

namespace RebaseBatch.Commands.Teams;

/// <summary><c>rebase teams remove NAME</c>.</summary>
static class TeamsRemoveCommand
{
    public static Command Create(ProcessEnvironment environment)
    {
        var name = TeamArgument.Create();
        var command = new DocumentedCommand("remove", """
            Forgets a team's weight and limit.
            Its jobs stay, and share the queue with weight 1.
            Example: rebase teams remove students
            """) { name };
        command.SetAction(async (parsed, ct) =>
        {
            var context = new CommandContext(environment, parsed);
            await using var database = await context.OpenDatabaseAsync(ct);
            var team = parsed.GetRequiredValue(name);
            if (!await new TeamStore(database.DataSource).RemoveAsync(team, ct))
                throw new UserException(ExitCode.NotFound, $"the team '{team}' was not set: 'rebase teams list' shows the teams");
            context.WriteStderr($"team {team} is removed; its jobs have weight 1");
        });
        return command;
    }
}
