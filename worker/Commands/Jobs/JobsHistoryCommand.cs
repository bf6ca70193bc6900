using System.CommandLine;
using RebaseBatch.Commands.Output;
using RebaseBatch.Core.Tables;
using RebaseBatch.Durable.Events;
using RebaseBatch.Durable.Jobs;
using RebaseBatch.Hosting;

namespace RebaseBatch.Commands.Jobs;

/// <summary><c>rebase jobs history JOB</c>: who did what to a job, and when.</summary>
static class JobsHistoryCommand
{
    public static Command Create(ProcessEnvironment environment)
    {
        var job = JobArgument.Create();
        var format = FormatOption.Create();
        var command = new DocumentedCommand("history", """
            Shows who enqueued, cancelled, retried or changed a job, and when, the oldest first.
            Commands are noted as user@host, actions on the page as page:NAME. The names are what the user's machine says, and no proof.
            Of a deleted job it shows who deleted it. Jobs of earlier versions have only their times.
            Example: rebase jobs history 7
            """) { job, format };
        command.SetAction(async (parsed, ct) =>
        {
            var context = new CommandContext(environment, parsed);
            await using var database = await context.OpenDatabaseAsync(ct);
            var jobId = parsed.GetValue(job);
            var events = await new EventQueries(database.DataSource).OfJobAsync(jobId, ct);
            if (events.Count == 0) throw NotFound.Job(jobId);
            Listing.Write(context.Out, parsed.GetValue(format) ?? OutputFormat.Table, events,
                new("at", row => row.At, Rank: Rank.Key),
                new("what", row => row.What, Rank: Rank.Key),
                new("who", row => row.Who, Rank: 1, Least: 12),
                new("detail", row => row.Detail, Rank: 2, Least: 12));
        });
        return command;
    }
}
