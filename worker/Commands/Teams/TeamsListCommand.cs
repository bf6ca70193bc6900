using System.CommandLine;
using RebaseBatch.Commands.Output;
using RebaseBatch.Core.Tables;
using RebaseBatch.Durable.Sharing;
using RebaseBatch.Hosting;

namespace RebaseBatch.Commands.Teams;

/// <summary><c>rebase teams list</c>.</summary>
static class TeamsListCommand
{
    public static Command Create(ProcessEnvironment environment)
    {
        var format = FormatOption.Create();
        var command = new DocumentedCommand("list", """
            Lists the teams that share the queue: their weights, their limits, and their batches that run and that wait.
            A team that was never set has weight 1 and is shown while it has work. The jobs without a team are the team '(none)'.
            Example: rebase teams list
            """) { format };
        command.SetAction(async (parsed, ct) =>
        {
            var context = new CommandContext(environment, parsed);
            await using var database = await context.OpenDatabaseAsync(ct);
            var teams = await new TeamStore(database.DataSource).ListAsync(ct);
            Listing.Write(context.Out, parsed.GetValue(format) ?? OutputFormat.Table, teams,
                new("team", row => row.Name, row => row.Name.Length == 0 ? "(none)" : row.Name, Rank: Rank.Key),
                new("weight", row => row.Weight, Rank: 2),
                new("most_running", row => row.MostRunning, Rank: 3),
                new("running", row => row.Running, Rank: Rank.Verdict),
                new("waiting", row => row.Waiting, Rank: 1));
        });
        return command;
    }
}
