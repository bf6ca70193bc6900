using System.CommandLine;
using RebaseBatch.Commands.Output;
using RebaseBatch.Core.Tables;
using RebaseBatch.Durable.Retention;
using RebaseBatch.Hosting;
using RebaseBatch.Platform.Text;

namespace RebaseBatch.Commands.Db;

/// <summary><c>rebase db size</c>: what the tables hold.</summary>
static class DbSizeCommand
{
    const int DefaultLimit = 20;

    public static Command Create(ProcessEnvironment environment)
    {
        var jobs = new Option<bool>("--jobs") { Description = "List jobs instead of tables, the largest first." };
        var limit = NumberOption.Count("--limit", $"With --jobs: show at most N jobs (default: {DefaultLimit}).");
        var format = FormatOption.Create();
        var command = new DocumentedCommand("size", """
            Shows what the tables and result files hold, by table and kind, or by job.
            A table's bytes include its indexes, and room that deleted rows left and new ones will use. A job's bytes are its part of each
            table by its part of the rows.
            Example: rebase db size
            Example: rebase db size --jobs --limit 5
            """) { jobs, limit, format };
        command.SetAction(async (parsed, ct) =>
        {
            var context = new CommandContext(environment, parsed);
            await using var database = await context.OpenDatabaseAsync(ct);
            var sizes = new SizeStore(database.DataSource);
            var shown = parsed.GetValue(format) ?? OutputFormat.Table;
            if (parsed.GetValue(jobs))
                Listing.Write(context.Out, shown, await sizes.JobsAsync(parsed.GetValue(limit) ?? DefaultLimit, ct), s_jobs);
            else Listing.Write(context.Out, shown, await sizes.TablesAsync(ct), s_tables);
        });
        return command;
    }

    static readonly Column<TableSize>[] s_tables =
    [
        new("kind", row => row.Kind, Rank: 2), new("table", row => row.Name, Rank: Rank.Key), new("rows", row => row.Rows, Rank: 1),
        Bytes<TableSize>("bytes", row => row.Bytes, Rank.Verdict),
    ];

    static readonly Column<JobSize>[] s_jobs =
    [
        new("job", row => row.JobId, Rank: Rank.Key), new("name", row => row.Name, Rank: 1, Least: 12),
        new("state", row => row.State, Rank: 2),
        new("finished_at", row => row.FinishedAt), new("steps", row => row.Nodes, Rank: 3),
        Bytes<JobSize>("bytes", row => row.Bytes, Rank.Verdict),
        Bytes<JobSize>("nodes", row => row.NodeBytes), Bytes<JobSize>("answers", row => row.AnswerBytes),
        Bytes<JobSize>("usage", row => row.UsageBytes), Bytes<JobSize>("problems", row => row.ProblemBytes),
        Bytes<JobSize>("files", row => row.FileBytes),
    ];

    static Column<T> Bytes<T>(string name, Func<T, long> value, Rank rank = default) =>
        new(name, row => value(row), row => HumanText.Bytes(value(row)), Rank: rank);
}
