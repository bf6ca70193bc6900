using System.CommandLine;
using RebaseBatch.Commands.Output;
using RebaseBatch.Core.Datasets;
using RebaseBatch.Core.Tables;
using RebaseBatch.Durable.Jobs;
using RebaseBatch.Hosting;

namespace RebaseBatch.Commands.Jobs;

/// <summary><c>rebase jobs list</c>: the newest jobs first.</summary>
static class JobsListCommand
{
    const int DefaultLimit = 20;

    public static Command Create(ProcessEnvironment environment)
    {
        var format = FormatOption.Create();
        var limit = NumberOption.Count("--limit", $"Show at most N jobs (default: {DefaultLimit}).");
        var sweep = NumberOption.Long("--sweep",
            "Show only the jobs of the sweep with this number, which 'rebase jobs enqueue --sweep' printed. They include jobs that existed "
                + "before the sweep.", "ID");
        var state = EnumOption.CreateList<ListedState>("--state", "Show only jobs in this state; give it again for another state.");
        var filter = new FilterOptions("jobs");
        var command = new DocumentedCommand("list", """
            Lists the jobs, the newest first.
            Filters can be combined: a job is shown if it fits all of them.
            Example: rebase jobs list --limit 5 --format csv
            Example: rebase jobs list --sweep 3 --limit 100
            Example: rebase jobs list --dataset gsm8k --state running --state queued
            Example: rebase jobs list --tag team=a --since 3d
            """) { limit, sweep, state, format };
        filter.AddTo(command);
        command.SetAction(async (parsed, ct) =>
        {
            var context = new CommandContext(environment, parsed);
            await using var database = await context.OpenDatabaseAsync(ct);
            var most = parsed.GetValue(limit) ?? DefaultLimit;
            var wanted = filter.Read(parsed, environment.Folder) with
            {
                SweepId = parsed.GetValue(sweep),
                States = parsed.GetValue(state) ?? [],
            };
            var jobs = await new JobStore(database.DataSource).ListAsync(most, ct, wanted);
            Listing.Write(context.Out, parsed.GetValue(format) ?? OutputFormat.Table, jobs, s_columns);
            if (jobs.Count == 0 && wanted.IsSet) context.WriteStderr("no job fits these filters; 'rebase jobs list' lists all");
        });
        return command;
    }

    static readonly Column<JobRow>[] s_columns =
    [
        new("job", row => row.JobId, Rank: Rank.Key),
        new("name", row => row.Spec is { } spec ? spec.Name : row.Unreadable, Rank: 1, Least: 12),
        new("state", row => JobStateText.Of(row.State, row.CancelRequested, row.Failed, row.IsPaused),
            row => JobStateText.Shown(row.State, row.CancelRequested, row.Failed, row.IsPaused), Rank: Rank.Verdict),
        new("dataset", row => DatasetTitle.Of(row.DatasetName), Rank: 2, Least: 10),
        new("strategy", row => row.Spec?.Strategy, Rank: 4),
        new("width", row => row.Spec?.Width, Rank: 5),
        new("policy", row => row.Spec?.Policy, Rank: 6, Least: 12),
        new("reward", row => row.Spec?.Reward, Rank: 7, Least: 12),
        new("problems", row => row.Problems, Rank: 3),
        new("answered", row => row.Answered, Rank: 2),
        new("failed", row => row.Failed, Rank: 2),
        new("enqueued_at", row => row.EnqueuedAt),
        new("finished_at", row => row.FinishedAt),
        new("unanswered", row => row.Unanswered, Rank: 8),
        new("priority", row => row.Priority, Rank: 9),
        new("team", row => row.Team, Rank: 9, Least: 12),
        new("waits_for", row => string.Join(' ', row.WaitsFor), row => JobRemarks.WaitsForText(row.WaitsFor), Rank: 4),
        new("tags", row => row.Tags.ToString(), Rank: 10, Least: 10),
        new("needs", row => row.Spec?.Needs?.ToString(), Rank: 11, Least: 10),
    ];
}
