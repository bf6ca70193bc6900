using System.CommandLine;
using RebaseBatch.Commands.Output;
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
        var command = new DocumentedCommand("list", """
            Lists the jobs, the newest first.
            Example: rebase jobs list --limit 5 --format csv
            Example: rebase jobs list --sweep 3 --limit 100
            """) { limit, sweep, format };
        command.SetAction(async (parsed, ct) =>
        {
            var context = new CommandContext(environment, parsed);
            await using var database = await context.OpenDatabaseAsync(ct);
            var most = parsed.GetValue(limit) ?? DefaultLimit;
            var jobs = await new JobStore(database.DataSource).ListAsync(most, ct, parsed.GetValue(sweep));
            Listing.Write(context.Out, parsed.GetValue(format) ?? OutputFormat.Table, jobs, s_columns);
        });
        return command;
    }

    static readonly Column<JobRow>[] s_columns =
    [
        new("job", row => row.JobId),
        new("name", row => row.Spec is { } spec ? spec.Name : row.Unreadable),
        new("state", row => JobStateText.Of(row.State, row.CancelRequested, row.Failed),
            row => JobStateText.Shown(row.State, row.CancelRequested, row.Failed)),
        new("strategy", row => row.Spec?.Strategy),
        new("width", row => row.Spec?.Width),
        new("policy", row => row.Spec?.Policy),
        new("reward", row => row.Spec?.Reward),
        new("problems", row => row.Problems),
        new("answered", row => row.Answered),
        new("failed", row => row.Failed),
        new("enqueued_at", row => row.EnqueuedAt),
        new("finished_at", row => row.FinishedAt),
        new("unanswered", row => row.Unanswered),
    ];
}
