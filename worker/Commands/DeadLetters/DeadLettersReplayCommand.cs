using System.CommandLine;
using RebaseBatch.Edge.Intake;
using RebaseBatch.Hosting;
using RebaseBatch.Platform.Errors;

namespace RebaseBatch.Commands.DeadLetters;

/// <summary><c>rebase dead-letters replay ID...</c>: puts dead letters back into their queue, after their cause was fixed.</summary>
static class DeadLettersReplayCommand
{
    const int DefaultLimit = 1000;

    public static Command Create(ProcessEnvironment environment)
    {
        var names = new Argument<string[]>("ID")
        {
            Description = "Message ids, as 'rebase dead-letters list' shows them. For a message without an id, or if several have the same "
                + "id, give its number, such as 'sequence:42'.",
            Arity = ArgumentArity.ZeroOrMore,
        };
        var all = new Option<bool>("--all")
        {
            Description = "Replay all that are there when the command starts. A message that fails again waits for the next run.",
        };
        var limit = NumberOption.Count("--limit", $"With --all: replay at most N, the oldest first (default: {DefaultLimit}).");
        var command = new DocumentedCommand("replay", """
            Puts dead letters back into the queue that Rebase:Intake names, and prints their ids.
            First fix the reason why they could not become jobs: their bodies are sent unchanged. A message whose job already exists makes
            no second job, so a replay can be repeated at any time.
            Example: rebase dead-letters replay nightly-0042 nightly-0043
            Example: rebase dead-letters replay --all --limit 50
            """) { names, all, limit };
        command.SetAction(async (parsed, ct) =>
        {
            var context = new CommandContext(environment, parsed);
            var (named, most) = (parsed.GetValue(names) ?? [], parsed.GetValue(limit));
            if ((named.Length > 0) == parsed.GetValue(all))
                throw new UserException(ExitCode.BadInput, "name the messages to replay, or give --all");
            if (named.Length > 0 && most is not null) throw new UserException(ExitCode.BadInput, "--limit can only be used with --all");
            await using var letters = IntakeQueues.DeadLetters(
                IntakeKind.ServiceBus, context.Options.Intake, QueuePatience.OfCommand(context.WriteStderr));
            var replay = new DeadLettersReplay(context, letters);
            if (named.Length > 0) await replay.NamedAsync(named, ct);
            else await replay.AllAsync(most ?? DefaultLimit, ct);
        });
        return command;
    }
}
