using System.CommandLine;
using RebaseBatch.Commands.Output;
using RebaseBatch.Edge.Intake;
using RebaseBatch.Hosting;

namespace RebaseBatch.Commands.DeadLetters;

/// <summary><c>rebase dead-letters list</c>: what was put aside, and why.</summary>
static class DeadLettersListCommand
{
    const int DefaultLimit = 20;

    public static Command Create(ProcessEnvironment environment)
    {
        var format = FormatOption.Create();
        var limit = NumberOption.Count("--limit", $"At most so many messages (default: {DefaultLimit}).");
        var show = new Option<string?>("--show") { Description = "Only the messages of this id, or of a number as 'sequence:42', each with its body.", HelpName = "ID" };
        var command = new DocumentedCommand("list", """
            Lists the messages of Rebase:Intake's queue that were put aside, those longest in the queue first, and why: no job could be made of them. It looks only, and takes none. Signatures in addresses are masked.
            Example: rebase dead-letters list --limit 100 --format csv
            Example: rebase dead-letters list --show nightly-0042
            """) { limit, show, format };
        command.SetAction(async (parsed, ct) =>
        {
            var context = new CommandContext(environment, parsed);
            await using var letters = IntakeQueues.DeadLetters(IntakeKind.ServiceBus, context.Options.Intake);
            var listing = new DeadLetterListing(context, letters, parsed.GetValue(format) ?? OutputFormat.Table);
            if (parsed.GetValue(show) is { } name) await listing.ShowAsync(name, parsed.GetValue(limit) ?? DefaultLimit, ct);
            else await listing.ListAsync(parsed.GetValue(limit) ?? DefaultLimit, ct);
        });
        return command;
    }
}
