using Dapper;
using Npgsql;
using RebaseBatch.Contracts;
using RebaseBatch.Core.Statistics;
using RebaseBatch.Durable.Results;
using RebaseBatch.Migrations;
using Xunit;

namespace RebaseBatch.Tests.Durable.Results;

public sealed class ResultViewsTests(PostgresServer server) : StoreTest(server)
{
    [Fact]
    public async Task Accuracy_has_the_interval_that_the_program_computes()
    {
        foreach (var (count, total) in ((int, int)[])[(0, 1), (1, 1), (0, 200), (200, 200), (3, 7), (500_000, 1_000_000)])
        {
            var expected = WilsonInterval.Of(count, total);
            Assert.Equal(expected.Low, await ScalarAsync<double>("SELECT wilson(@count, @total, -1)", new { count, total }), 12);
            Assert.Equal(expected.High, await ScalarAsync<double>("SELECT wilson(@count, @total, 1)", new { count, total }), 12);
        }
        Assert.Null(await ScalarAsync<double?>("SELECT wilson(0, 0, 1)"));
    }

    [Fact]
    public async Task Accuracy_and_cost_are_those_of_the_job()
    {
        var job = await EnqueueAsync(6, Spec with { BatchSize = 6, Voting = VotingMethod.Majority });
        Assert.True(await CompleteAsync(await ClaimOneAsync()));

        Assert.Equal(("majority", null, true, 1, 3, 1.0 / 3), await RowAsync<(string, string?, bool, int, int, double)>(
            "SELECT method, aggregation, own, correct, graded, accuracy FROM v_accuracy WHERE job_id = @job", new { job }));
        var totals = Assert.IsType<JobTotals>(await Queries.TotalsAsync(job, Ct));
        Assert.Equal((60, totals.PolicyFlops, totals.TotalFlops, 54_000.7), await RowAsync<(long, double, double, double)>(
            "SELECT sampled_tokens, policy_flops, total_flops, total_flops_per_problem FROM v_cost WHERE job_id = @job", new { job }));
        Assert.Equal((120_000.6, 324_004.2, 1.8), (totals.PolicyFlops, totals.TotalFlops, totals.SearchSeconds));
        Assert.Equal(("test", "completed", 6, 6, 1.0 / 3),
            await RowAsync<(string, string, int, int, double)>("SELECT name, state, problems, answered, accuracy FROM v_jobs"));
    }

    [Fact]
    public async Task The_leaderboard_ranks_completed_jobs_within_their_dataset()
    {
        var wrong = await SolveAsync(2, "sums");
        var mixed = await SolveAsync(6, "sums");
        var unknown = await SolveAsync(2, null);
        await SolveAsync(6, "others");
        var cancelled = await EnqueueAsync(4);
        Assert.True(await CompleteAsync(await ClaimOneAsync()));
        Assert.True(await Jobs.CancelAsync(cancelled, Ct));

        // Of the dataset's problems the graded ones are 0, 2 and 4, and the answer is always 4.
        Assert.Equal([("others", 1, 4), ("sums", 1, mixed), ("sums", 2, wrong), ("", 0, unknown)], await RowsAsync<(string, long, long)>(
            "SELECT coalesce(dataset_name, ''), coalesce(place, 0), job_id FROM v_leaderboard ORDER BY dataset_name NULLS LAST, place"));

        async Task<long> SolveAsync(int problems, string? dataset)
        {
            var job = await EnqueueAsync(problems, Spec with { BatchSize = 10 });
            Assert.True(await CompleteAsync(await ClaimOneAsync()));
            await ExecuteAsync("UPDATE jobs SET dataset_name = @dataset, dataset_sha256 = md5(@dataset) WHERE job_id = @job",
                new { job, dataset });
            return job;
        }
    }

    [Fact]
    public async Task Failures_are_shown_and_too_many_of_them_cost_a_job_its_place()
    {
        var whole = await SolveAsync(failed: 0);
        var few = await SolveAsync(failed: 1);
        var many = await SolveAsync(failed: 2);

        Assert.Equal([(whole, 2, 0, 5, 0.2), (few, 1, 1, 4, 0.25), (many, 0, 2, 4, 0.25)],
            await RowsAsync<(long, int, int, int, double)>(
                "SELECT job_id, coalesce(place, 0), failed, graded, accuracy FROM v_leaderboard ORDER BY job_id"));
        Assert.Equal([(whole, "completed"), (few, "completed_with_failures"), (many, "completed_with_failures")],
            await RowsAsync<(long, string)>("SELECT job_id, state FROM v_jobs ORDER BY job_id"));
        // What was spent, by the problems that have a result.
        Assert.Equal([10.0, 100 / 9.0, 12.5],
            await RowsAsync<double>("SELECT sampled_tokens_per_problem FROM v_cost ORDER BY job_id"));
        await ExecuteAsync("""
            INSERT INTO sweeps (name, spec) VALUES ('a', '{}'), ('b', '{}');
            INSERT INTO sweep_jobs (sweep_id, place, job_id) VALUES (1, 0, @whole), (2, 0, @few), (2, 1, @many);
            """, new { whole, few, many });
        Assert.Equal([0L, 3L], await RowsAsync<long>("SELECT failed FROM v_sweeps ORDER BY sweep_id"));

        // The graded problems are 0, 2, 4, 6 and 8, and the answer is always 4; 0 is the first to fail.
        async Task<long> SolveAsync(int failed)
        {
            var job = await EnqueueAsync(10, Spec with { BatchSize = 10 });
            var lease = await ClaimOneAsync();
            var pending = await Problems.LoadPendingAsync(lease, Ct);
            var results = pending.Select((problem, i) => Result(lease, problem, i < failed ? "broken" : null));
            Assert.True(await Results.CompleteAsync(lease, [.. results], Ct));
            await ExecuteAsync("UPDATE jobs SET dataset_name = 'sums', dataset_sha256 = 'ab' WHERE job_id = @job", new { job });
            return job;
        }
    }

    [Fact]
    public async Task Sweeps_and_runs_of_schedules_are_views_too()
    {
        var job = await EnqueueAsync(2);
        var other = await EnqueueAsync(2);
        Assert.True(await CompleteAsync(await ClaimOneAsync()));
        await ExecuteAsync("""
            INSERT INTO sweeps (name, spec) VALUES ('night', '{}');
            INSERT INTO sweep_jobs (sweep_id, place, job_id) VALUES (1, 1, @job), (1, 0, @other);
            INSERT INTO schedules (name, cron, time_zone, sweep) VALUES ('nightly', '0 1 * * *', 'Europe/Berlin', '{}');
            INSERT INTO schedule_runs (schedule_id, due_at, sweep_id, losses, baseline_cells, gaps)
            VALUES (1, now(), 1, '{"rebase 16 got worse","and greedy"}', 5, '{"sampling 4: cancelled"}');
            """, new { job, other });

        Assert.Equal(("night", 2, 1, 4L, 2L, $"{other} {job}"), await RowAsync<(string, int, int, long, long, string)>(
            "SELECT name, jobs, ended_jobs, problems, answered, array_to_string(job_ids, ' ') FROM v_sweeps"));
        Assert.Equal(("nightly", true, "rebase 16 got worse\nand greedy", 5, 4, "sampling 4: cancelled"),
            await RowAsync<(string, bool, string, int, int, string)>(
            "SELECT schedule, worse, losses, baseline_cells, compared_cells, gaps FROM v_schedule_runs"));
    }

    [Fact]
    public async Task Every_view_and_column_is_described()
    {
        Assert.Equal([], await RowsAsync<string>("""
            SELECT c.relname || coalesce('.' || a.attname, '')
            FROM pg_class c LEFT JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0
            WHERE c.relkind = 'v' AND c.relname LIKE 'v\_%' AND (col_description(c.oid, a.attnum) IS NULL OR obj_description(c.oid) IS NULL)
            """));
        Assert.Equal(15, await ScalarAsync<int>(@"SELECT count(*) FROM pg_class WHERE relkind = 'v' AND relname LIKE 'v\_%'"));
        Assert.Equal("Whether the answer is an error.", await ScalarAsync<string>(
            "SELECT col_description(attrelid, attnum) FROM pg_attribute WHERE attrelid = 'v_answers'::regclass AND attname = 'failed'"));
    }

    [Fact]
    public async Task The_reader_may_read_the_views_and_nothing_else()
    {
        await using var connection = await Database.DataSource.OpenConnectionAsync(Ct);
        await connection.ExecuteAsync("SET ROLE rebase_reader");
        foreach (var view in (string[])["jobs", "answers", "usage", "accuracy", "cost", "leaderboard", "sweeps", "schedule_runs",
            "unserved", "candidates", "nodes", "events", "workers"])
            Assert.Empty(await connection.QueryAsync($"SELECT * FROM v_{view}"));
        Assert.Equal((0, 0, 0), await connection.QuerySingleAsync<(int, int, int)>("SELECT due, running, later FROM v_queue"));
        foreach (var sql in (string[])["SELECT * FROM answers", "SELECT * FROM job_sums", "DELETE FROM jobs", "SELECT * FROM datasets",
            "CREATE TABLE mine (id int)"])
            Assert.Equal(PostgresErrorCodes.InsufficientPrivilege,
                (await Assert.ThrowsAsync<PostgresException>(() => connection.ExecuteAsync(sql))).SqlState);
    }

    [Fact]
    public async Task A_user_who_may_not_create_roles_migrates_all_the_same()
    {
        // Roles belong to the server, and tests with its other databases have created this one.
        await using var own = new OwnPostgres();
        var settings = new NpgsqlConnectionStringBuilder((await own.StartAsync(Ct)).AdminConnectionString);
        await using (var admin = NpgsqlDataSource.Create(settings))
        await using (var connection = await admin.OpenConnectionAsync(Ct))
        {
            // The private server has it; a server of others may not.
            await connection.ExecuteAsync("DROP ROLE rebase_reader");
            await connection.ExecuteAsync("CREATE ROLE tenant; CREATE ROLE keeper CREATEROLE");
            await connection.ExecuteAsync("CREATE DATABASE tenants OWNER tenant");
            await connection.ExecuteAsync("CREATE DATABASE keepers OWNER keeper");
        }

        Assert.Equal((0L, false), await MigrateAsync("tenants", "tenant"));
        Assert.Equal((0L, true), await MigrateAsync("keepers", "keeper"));

        async Task<(long, bool)> MigrateAsync(string database, string role)
        {
            await using var db = NpgsqlDataSource.Create(new NpgsqlConnectionStringBuilder(settings.ConnectionString)
            {
                Database = database, Options = $"-c role={role}",
            });
            await new Migrator(db).MigrateAsync(Ct);
            await using var connection = await db.OpenConnectionAsync(Ct);
            return await connection.QuerySingleAsync<(long, bool)>(
                "SELECT (SELECT count(*) FROM v_leaderboard), coalesce((SELECT pg_has_role(current_user, oid, 'SET') AND "
                    + "has_table_privilege(oid, 'v_jobs', 'SELECT') FROM pg_roles WHERE rolname = 'rebase_reader'), false)");
        }
    }

    async Task<T> RowAsync<T>(string sql, object? parameters = null) => Assert.Single(await RowsAsync<T>(sql, parameters));

    async Task<IEnumerable<T>> RowsAsync<T>(string sql, object? parameters = null)
    {
        await using var connection = await Database.DataSource.OpenConnectionAsync(Ct);
        return await connection.QueryAsync<T>(sql, parameters);
    }
}
