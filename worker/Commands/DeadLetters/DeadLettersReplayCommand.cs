using System.CommandLine;
using RebaseBatch.Edge.Intake;
using RebaseBatch.Hosting;
using RebaseBatch.Platform.Errors;

namespace RebaseBatch.Commands.DeadLetters;

/// <summary><c>rebase dead-letters replay ID...</c>: puts messages back into their queue, once what kept them from becoming jobs is mended.</summary>
static class DeadLettersReplayCommand
{
    const int DefaultLimit = 1000;

    public static Command Create(ProcessEnvironment environment)
    {
        var names = new Argument<string[]>("ID")
        {
            Description = "Ids of messages, as 'rebase dead-letters list' shows them; one without an id, or one of several of the same, by its number as 'sequence:42'.",
            Arity = ArgumentArity.ZeroOrMore,
        };
        var all = new Option<bool>("--all") { Description = "All that are there when the run begins; one that fails again waits for the next run." };
        var limit = NumberOption.Count("--limit", $"With --all: at most so many, those longest in the queue first (default: {DefaultLimit}).");
        var command = new DocumentedCommand("replay", """
            Puts messages that were put aside back into Rebase:Intake's queue and prints their ids. Mend first what kept them from becoming jobs: bodies go back as they are. A message whose job is there already makes no second one, so that a replay can be repeated at any time.
            Example: rebase dead-letters replay nightly-0042 nightly-0043
            Example: rebase dead-letters replay --all --limit 50
            """) { names, all, limit };
        command.SetAction(async (parsed, ct) =>
        {
            var context = new CommandContext(environment, parsed);
            var (named, most) = (parsed.GetValue(names) ?? [], parsed.GetValue(limit));
            if ((named.Length > 0) == parsed.GetValue(all)) throw new UserException(ExitCode.BadInput, "name the messages to replay, or all of them by --all");
            if (named.Length > 0 && most is not null) throw new UserException(ExitCode.BadInput, "--limit goes with --all only");
            await using var letters = IntakeQueues.DeadLetters(IntakeKind.ServiceBus, context.Options.Intake);
            var replay = new DeadLettersReplay(context, letters);
            if (named.Length > 0) await replay.NamedAsync(named, ct);
            else await replay.AllAsync(most ?? DefaultLimit, ct);
        });
        return command;
    }
}
