using System.CommandLine;
using RebaseBatch.Edge.Health;
using RebaseBatch.Hosting;
using RebaseBatch.Platform.Errors;

namespace RebaseBatch.Commands.Worker;

/// <summary><c>rebase worker health</c>: the worker's own answer, for containers that hold no other program to ask with.</summary>
static class WorkerHealthCommand
{
    public static Command Create(ProcessEnvironment environment)
    {
        var ready = new Option<bool>("--ready") { Description = "Ask whether it can get on (database, schema, models, lease renewal), and not only whether it runs." };
        var command = new DocumentedCommand("health", """
            Asks the worker of this machine how it is, at the address and port of Rebase:Http. Exits 0 when it is well, 9 when it is not or does not answer within 4 seconds.
            Example: rebase worker health --ready --set Rebase:Http:Port=8080
            """) { ready };
        command.SetAction(async (parsed, ct) =>
        {
            var context = new CommandContext(environment, parsed);
            if (!context.Options.Http.IsOn)
                throw new UserException(ExitCode.BadInput, "Rebase:Http:Port is 0, so that no worker answers anywhere: set it to the port that the worker runs with");
            var probe = new HealthProbe(context.Options.Http);
            var wanted = parsed.GetValue(ready);
            if (await probe.AskAsync(wanted ? HealthRoutes.Ready : HealthRoutes.Live, ct) is { } reason)
                throw new UserException(ExitCode.Unhealthy, $"the worker at {probe.Worker} is not {(wanted ? "ready" : "alive")}: {reason}");
            context.WriteStderr($"the worker at {probe.Worker} is {(wanted ? "ready" : "alive")}");
        });
        return command;
    }
}
