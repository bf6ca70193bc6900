using System.CommandLine;
using RebaseBatch.Commands.Jobs;
using RebaseBatch.Commands.Output;
using RebaseBatch.Core.Datasets;
using RebaseBatch.Core.Tables;
using RebaseBatch.Durable.Jobs;
using RebaseBatch.Evaluation.Sweeps;
using RebaseBatch.Hosting;

namespace RebaseBatch.Commands.Sweeps;

/// <summary><c>rebase sweeps list</c>: the newest sweeps first.</summary>
static class SweepsListCommand
{
    const int DefaultLimit = 20;

    public static Command Create(ProcessEnvironment environment)
    {
        var format = FormatOption.Create();
        var limit = NumberOption.Count("--limit", $"Show at most N sweeps (default: {DefaultLimit}).");
        var state = EnumOption.CreateList<SweepState>("--state", "Show only sweeps in this state; give it again for another state.");
        var filter = new FilterOptions("sweeps");
        var command = new DocumentedCommand("list", """
            Lists the sweeps, the newest first, with the numbers of their jobs.
            Filters can be combined: a sweep is shown if it fits all of them.
            Example: rebase sweeps list --state running
            Example: rebase sweeps list --tag nightly --since 1w --format csv
            """) { limit, state, format };
        filter.AddTo(command);
        command.SetAction(async (parsed, ct) =>
        {
            var context = new CommandContext(environment, parsed);
            await using var database = await context.OpenDatabaseAsync(ct);
            var (wanted, states) = (filter.Read(parsed, environment.Folder), parsed.GetValue(state) ?? []);
            var sweeps = await new SweepQueries(database.DataSource).ListAsync(
                parsed.GetValue(limit) ?? DefaultLimit, wanted, states, ct);
            Listing.Write(context.Out, parsed.GetValue(format) ?? OutputFormat.Table, sweeps, Properties);
            if (sweeps.Count == 0 && (wanted != JobFilter.All || states.Length > 0))
                context.WriteStderr("no sweep fits these filters; 'rebase sweeps list' lists all");
        });
        return command;
    }

    /// <summary>Of a sweep, also where it is shown alone.</summary>
    public static readonly Column<SweepRow>[] Properties =
    [
        new("sweep", row => row.SweepId, Rank: Rank.Key),
        new("name", row => row.Name, Rank: 1, Least: 12),
        new("state", row => row.State, Rank: Rank.Verdict),
        new("dataset", row => string.Join(' ', row.Datasets.Select(DatasetTitle.Of)), Rank: 4, Least: 10),
        new("jobs", row => row.Jobs, Rank: 2),
        new("done", row => row.Done, Rank: 2),
        new("running", row => row.Running, Rank: 3),
        new("waiting", row => row.Waiting, Rank: 3),
        new("cancelled", row => row.Cancelled),
        new("with_failures", row => row.FailedJobs),
        new("problems", row => row.Problems),
        new("answered", row => row.Answered),
        new("failed", row => row.Failed, Rank: 5),
        new("enqueued_at", row => row.EnqueuedAt, Rank: 6),
        new("schedule", row => row.Schedule, Rank: 7, Least: 10),
        new("tags", row => row.Tags.ToString(), Rank: 8, Least: 10),
    ];
}
