using System.CommandLine;
using RebaseBatch.Commands.Output;
using RebaseBatch.Core.Tables;
using RebaseBatch.Durable.Workers;
using RebaseBatch.Hosting;
using RebaseBatch.Platform.Remote;
using RebaseBatch.Platform.Text;

namespace RebaseBatch.Commands.Workers;

/// <summary><c>rebase workers list</c>: who works on this database.</summary>
static class WorkersListCommand
{
    public static Command Create(ProcessEnvironment environment)
    {
        var format = FormatOption.Create();
        var all = new Option<bool>("--all") { Description = "Also workers that were lost more than an hour ago, up to a day." };
        var command = new DocumentedCommand("list", """
            Lists the workers that run or hold batches: the living ones first.
            A worker reports every ten seconds. One that has not reported for a minute is lost: its batches go to others when their leases
            end. One that was stopped is not listed.
            Example: rebase workers list
            Example: rebase workers list --all --format json
            """) { all, format };
        command.SetAction(async (parsed, ct) =>
        {
            var context = new CommandContext(environment, parsed);
            await using var database = await context.OpenDatabaseAsync(ct);
            var workers = await new WorkerQueries(database.DataSource).ListAsync(ct, parsed.GetValue(all));
            Listing.Write(context.Out, parsed.GetValue(format) ?? OutputFormat.Table, workers, s_columns);
            if (workers.Count == 0) context.WriteStderr("no worker runs on this database; 'rebase worker run' starts one");
        });
        return command;
    }

    static readonly Column<WorkerRow>[] s_columns =
    [
        new("worker", row => row.WorkerId, Rank: Rank.Key),
        new("state", row => row.State, Rank: Rank.Verdict),
        new("seen_seconds_ago", row => row.SeenSeconds is { } seconds ? Math.Round(seconds, 1) : null,
            row => row.SeenSeconds is { } seconds ? $"{HumanText.Seconds(Math.Max(0, seconds))} ago" : "never", "last seen", Rank: 1),
        new("batches", row => string.Join(' ', row.Batches.Select(batch => $"{batch.Job}/{batch.Batch}")),
            Title: "job/batch", Rank: 2, Least: 8),
        new("free", row => row.Free, Rank: 4),
        new("tokens_per_second", row => row.TokensPerSecond is { } rate ? Math.Round(rate, 1) : null,
            row => row.TokensPerSecond is { } rate ? HumanText.Of((long)Math.Round(rate)) : "", "tokens/s", Rank: 3),
        new("models", row => string.Join(' ', row.Models.Select(model => RemoteUri.NameOf(model.Model))), Rank: 5, Least: 12),
        new("devices", row => string.Join("; ", row.Devices), Rank: 6, Least: 10),
        new("labels", row => string.Join(' ', row.Labels), Rank: 7, Least: 10),
        new("host", row => row.Host, Rank: 8, Least: 10),
        new("process", row => row.ProcessId, Rank: 9),
        new("version", row => row.Version, Rank: 10, Least: 8),
        new("started_at", row => row.StartedAt),
        new("seen_at", row => row.SeenAt),
        new("leased_until", row => row.LeasedUntil),
        new("lacks", row => row.Lacks, Rank: 11, Least: 20),
        new("only_models", row => row.OnlyModels is { } only ? string.Join(' ', only) : null, Rank: 12, Least: 12),
    ];
}
