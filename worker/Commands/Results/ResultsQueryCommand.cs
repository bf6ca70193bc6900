using System.CommandLine;
using RebaseBatch.Commands.Output;
using RebaseBatch.Durable.Results;
using RebaseBatch.Hosting;

namespace RebaseBatch.Commands.Results;

/// <summary><c>rebase results query SQL</c>: one SELECT over the views.</summary>
static class ResultsQueryCommand
{
    const int DefaultSeconds = 30;
    const int TableRows = 1000;

    public static Command Create(ProcessEnvironment environment)
    {
        var sql = new Argument<string>("SQL")
        {
            Description = "One statement that only reads; - reads it from stdin. 'rebase results views v_jobs' describes the columns of a "
                + "view.",
        };
        var format = FormatOption.Create();
        var timeout = NumberOption.Count("--timeout", $"Stop the statement after N seconds (default: {DefaultSeconds}).");
        var command = new DocumentedCommand("query", $"""
            Runs an SQL statement over the results and writes its rows.
            The views are v_jobs, v_answers, v_candidates, v_nodes, v_usage, v_accuracy, v_cost, v_leaderboard, v_sweeps,
            v_schedule_runs, v_queue, v_unserved, v_events and v_workers. The statement runs read-only, under a login that may read the
            views and nothing else: Rebase:Database:ReaderConnectionString, which the private server does not need. The table shows only
            the first {TableRows} rows; JSON and CSV have all rows.
            Example: rebase results query "SELECT strategy, width, vote, accuracy FROM v_leaderboard WHERE own ORDER BY accuracy DESC"
            Example: rebase results query "SELECT * FROM v_answers WHERE job_id = 7 AND NOT correct" --format csv --timeout 300 > wrong.csv
            """) { sql, format, timeout };
        command.SetAction(async (parsed, ct) =>
        {
            var context = new CommandContext(environment, parsed);
            var text = parsed.GetValue(sql)!;
            if (text == InputText.Stdin) text = (await InputText.ReadAsync(context, text, "query", ct)).Text;
            await using var database = await context.OpenDatabaseAsync(ct);
            var limit = TimeSpan.FromSeconds(parsed.GetValue(timeout) ?? DefaultSeconds);
            await using var readers = database.CreateReaderSource();
            await new ReadOnlyQuery(readers).RunAsync(text, limit, async reader =>
            {
                var rows = new RowStream(reader);
                switch (parsed.GetValue(format) ?? OutputFormat.Table)
                {
                    case OutputFormat.Json: await rows.WriteJsonAsync(context.Out, ct); break;
                    case OutputFormat.Csv: await rows.WriteCsvAsync(context.Out, ct); break;
                    default:
                        if (!await rows.WriteTableAsync(context.Out, TableRows, ct))
                            context.WriteStderr(
                                $"there are more than these {TableRows} rows: --format csv or --format json writes all of them");
                        break;
                }
            }, ct);
        });
        return command;
    }
}
