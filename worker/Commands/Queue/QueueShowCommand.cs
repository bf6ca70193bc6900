using System.CommandLine;
using RebaseBatch.Commands.Output;
using RebaseBatch.Durable.Sharing;
using RebaseBatch.Hosting;

namespace RebaseBatch.Commands.Queue;

/// <summary><c>rebase queue show</c>.</summary>
static class QueueShowCommand
{
    public static Command Create(ProcessEnvironment environment)
    {
        var format = FormatOption.Create();
        var command = new DocumentedCommand("show", """
            Shows how the queue stands.
            It says whether the queue is paused, how many batches are due, run, wait for a time or are paused, and the limits of models.
            Example: rebase queue show
            """) { format };
        command.SetAction(async (parsed, ct) =>
        {
            var context = new CommandContext(environment, parsed);
            await using var database = await context.OpenDatabaseAsync(ct);
            var queue = await new QueueControl(database.DataSource).ReadAsync(ct);
            Listing.WriteOne(context.Out, parsed.GetValue(format) ?? OutputFormat.Table, queue,
                new("state", row => row.PausedAt is null ? "open" : "paused"),
                new("paused_at", row => row.PausedAt is { } at ? new DateTimeOffset(at) : null),
                new("due", row => row.Due),
                new("running", row => row.Running),
                new("later", row => row.Later),
                new("paused", row => row.Paused),
                new("unserved", row => row.Unserved),
                new("caps", row => string.Join('\n', row.Caps.Select(cap => $"{cap.Model}: {cap.Running} of {cap.MostRunning} run"))));
        });
        return command;
    }
}
