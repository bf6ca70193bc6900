using System.CommandLine;
using RebaseBatch.Commands.Output;
using RebaseBatch.Edge.Intake;
using RebaseBatch.Hosting;

namespace RebaseBatch.Commands.DeadLetters;

/// <summary><c>rebase dead-letters list</c>: the messages that could not become jobs, and why.</summary>
static class DeadLettersListCommand
{
    const int DefaultLimit = 20;

    public static Command Create(ProcessEnvironment environment)
    {
        var format = FormatOption.Create();
        var limit = NumberOption.Count("--limit", $"Show at most N messages (default: {DefaultLimit}).");
        var show = new Option<string?>("--show")
        {
            Description = "Show only the messages with this id, or the one with a number such as 'sequence:42', each with its body.",
            HelpName = "ID",
        };
        var command = new DocumentedCommand("list", """
            Lists the dead letters: messages that could not become jobs, and why.
            They are those of the queue that Rebase:Intake names, the oldest first. The command only reads; every message stays where it is.
            Signatures in addresses are masked.
            Example: rebase dead-letters list --limit 100 --format csv
            Example: rebase dead-letters list --show nightly-0042
            """) { limit, show, format };
        command.SetAction(async (parsed, ct) =>
        {
            var context = new CommandContext(environment, parsed);
            await using var letters = IntakeQueues.DeadLetters(
                IntakeKind.ServiceBus, context.Options.Intake, QueuePatience.OfCommand(context.WriteStderr));
            var listing = new DeadLetterListing(context, letters, parsed.GetValue(format) ?? OutputFormat.Table);
            if (parsed.GetValue(show) is { } name) await listing.ShowAsync(name, parsed.GetValue(limit) ?? DefaultLimit, ct);
            else await listing.ListAsync(parsed.GetValue(limit) ?? DefaultLimit, ct);
        });
        return command;
    }
}
