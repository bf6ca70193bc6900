using System.CommandLine;
using RebaseBatch.Edge.Health;
using RebaseBatch.Hosting;
using RebaseBatch.Platform.Errors;

namespace RebaseBatch.Commands.Worker;

/// <summary><c>rebase worker health</c>: asks a worker for its health, in containers that have no other HTTP client.</summary>
static class WorkerHealthCommand
{
    public static Command Create(ProcessEnvironment environment)
    {
        var ready = new Option<bool>("--ready")
        {
            Description = "Ask whether the worker can do its work (database, schema, models, lease renewal), not only whether it runs.",
        };
        var command = new DocumentedCommand("health", """
            Asks the worker on this machine whether it is healthy.
            It uses the address and port of the setting Rebase:Http. The exit code is 0 if the worker is healthy, and 9 if it is not or does
            not answer within 4 seconds.
            Example: rebase worker health --ready --set Rebase:Http:Port=8080
            """) { ready };
        command.SetAction(async (parsed, ct) =>
        {
            var context = new CommandContext(environment, parsed);
            if (!context.Options.Http.IsOn)
                throw new UserException(ExitCode.BadInput,
                    "Rebase:Http:Port is 0, so no worker can be asked: set it to the port that the worker uses");
            var probe = new HealthProbe(context.Options.Http);
            var wanted = parsed.GetValue(ready);
            if (await probe.AskAsync(wanted ? HealthRoutes.Ready : HealthRoutes.Live, ct) is { } reason)
                throw new UserException(ExitCode.Unhealthy,
                    $"the worker at {probe.Worker} is not {(wanted ? "ready" : "alive")}: {reason}");
            context.WriteStderr($"the worker at {probe.Worker} is {(wanted ? "ready" : "alive")}");
        });
        return command;
    }
}
