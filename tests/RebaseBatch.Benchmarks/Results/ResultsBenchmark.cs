using System.Diagnostics;
using Npgsql;
using RebaseBatch.Benchmarks.Database;
using RebaseBatch.Benchmarks.Measuring;
using RebaseBatch.Durable.Results;

namespace RebaseBatch.Benchmarks.Results;

/// <summary>
/// <c>results [--answers N] [--jobs N] [--repeats N]</c>: the time to read each whole summary view, and to query one as <c>rebase results
/// query</c> does, over that many answers. For comparison it also measures, once, the accuracy computed from the answers themselves.
/// </summary>
static class ResultsBenchmark
{
    static readonly (string Name, string Sql)[] s_queries =
    [
        ("v_jobs", "SELECT * FROM v_jobs"),
        ("v_accuracy", "SELECT * FROM v_accuracy"),
        ("v_cost", "SELECT * FROM v_cost"),
        ("v_leaderboard", "SELECT * FROM v_leaderboard"),
        ("v_leaderboard, best vote of each dataset",
            "SELECT dataset_name, job_id, width, vote, accuracy FROM v_leaderboard WHERE place = 1 ORDER BY dataset_name"),
    ];

    // The query that v_accuracy would be without the sums.
    const string FromAnswers = """
        SELECT a.job_id, v ->> 'method', v ->> 'aggregation', count(*) FILTER (WHERE (v ->> 'correct')::boolean), count(*)
        FROM answers a, jsonb_array_elements(a.votes) v GROUP BY 1, 2, 3
        """;

    public static async Task<int> RunAsync(string[] args)
    {
        var arguments = new Arguments(args, ("--answers", 1_000_000), ("--jobs", 100), ("--repeats", 15));
        await using var postgres = await PrivatePostgres.StartAsync();
        await using var readers = postgres.ConnectReader();
        var fill = await Cost.OfAsync(() => ResultsFill.RunAsync(postgres, arguments["--answers"], arguments["--jobs"]));
        var stored = await postgres.QueryAsync<long>("SELECT count(*) FROM answers");
        await BenchmarkOutput.ProgressAsync($"{stored:N0} answers of {arguments["--jobs"]} jobs stored in {fill.Seconds:F0} s");

        Console.WriteLine("answers | jobs | query | by | rows | min ms | median ms | max ms");
        Console.WriteLine("---|---|---|---|---|---|---|---");
        foreach (var (name, sql) in s_queries)
            await MeasureAsync(name, "owner", arguments["--repeats"], () => ReadAsync(postgres.DataSource, sql));
        foreach (var (name, sql) in s_queries)
            await MeasureAsync(name, "reader", arguments["--repeats"], () => ReadAsReaderAsync(readers, sql));
        await MeasureAsync("accuracy from the answers", "owner", 1, () => ReadAsync(postgres.DataSource, FromAnswers));
        return 0;

        async Task MeasureAsync(string name, string by, int repeats, Func<Task<int>> read)
        {
            var (rows, times) = (0, new List<double>());
            for (var i = 0; i < repeats; i++)
            {
                var started = Stopwatch.GetTimestamp();
                rows = await read();
                times.Add(Stopwatch.GetElapsedTime(started).TotalMilliseconds);
            }
            var spread = Spread.Of(times);
            var (least, median, most) = (spread.Minimum, spread.Median, spread.Maximum);
            BenchmarkOutput.Result(
                $"{stored:N0} | {arguments["--jobs"]} | {name} | {by} | {rows:N0} | {least:F1} | {median:F1} | {most:F1}");
        }
    }

    static async Task<int> ReadAsync(NpgsqlDataSource db, string sql)
    {
        await using var command = db.CreateCommand(sql);
        command.CommandTimeout = 0;
        await using var reader = await command.ExecuteReaderAsync();
        return await CountAsync(reader);
    }

    static async Task<int> ReadAsReaderAsync(NpgsqlDataSource db, string sql)
    {
        var rows = 0;
        await new ReadOnlyQuery(db).RunAsync(sql, TimeSpan.FromMinutes(1), async reader => rows = await CountAsync(reader), default);
        return rows;
    }

    static async Task<int> CountAsync(NpgsqlDataReader reader)
    {
        var rows = 0;
        while (await reader.ReadAsync()) rows++;
        return rows;
    }
}
