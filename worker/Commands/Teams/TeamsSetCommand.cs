using System.CommandLine;
using RebaseBatch.Durable.Sharing;
using RebaseBatch.Hosting;
using RebaseBatch.Platform.Errors;

namespace RebaseBatch.Commands.Teams;

/// <summary><c>rebase teams set NAME</c>.</summary>
static class TeamsSetCommand
{
    public static Command Create(ProcessEnvironment environment)
    {
        var name = TeamArgument.Create();
        var weight = NumberOption.Real("--weight",
            "How many times the batches of a team of weight 1 it gets while both have work, 0.001 to 1000 (default for a new team: 1).");
        var mostRunning = NumberOption.Whole("--most-running",
            "The most of its batches that run at once. 0 lets none begin (default for a new team: no limit).");
        var unlimited = new Option<bool>("--unlimited") { Description = "Take the limit of --most-running away." };
        var command = new DocumentedCommand("set", """
            Sets a team's weight and limit.
            Batches that run already are not stopped; the next claims follow the new values. What is not given stays as it is.
            Example: rebase teams set evals --weight 3
            Example: rebase teams set students --most-running 4
            """) { name, weight, mostRunning, unlimited };
        command.SetAction(async (parsed, ct) =>
        {
            var context = new CommandContext(environment, parsed);
            var (team, most, without) = (parsed.GetRequiredValue(name), parsed.GetValue(mostRunning), parsed.GetValue(unlimited));
            var times = parsed.GetValue(weight);
            if (times is null && most is null && !without)
                throw new UserException(ExitCode.BadInput, "name what to set: --weight, --most-running or --unlimited");
            if (most is not null && without)
                throw new UserException(ExitCode.BadInput, "--most-running sets a limit and --unlimited takes it away: give one of them");
            if (times is { } given && !(given >= 0.001 && given <= 1000))
                throw new UserException(ExitCode.BadInput, FormattableString.Invariant($"--weight: {given} is not within 0.001 to 1000"));
            if (most is < 0) throw new UserException(ExitCode.BadInput, $"--most-running: {most} is not at least 0");
            await using var database = await context.OpenDatabaseAsync(ct);
            await new TeamStore(database.DataSource).SetAsync(team, times, most, without, ct);
            context.WriteStderr($"team {team} is set; 'rebase teams list' shows it");
        });
        return command;
    }
}
