using Dapper;
using Npgsql;
using RebaseBatch.Contracts;
using RebaseBatch.Durable.Jobs;
using RebaseBatch.Durable.Leases;
using RebaseBatch.Durable.Results;
using RebaseBatch.Migrations;
using Xunit;

namespace RebaseBatch.Tests.Durable.Results;

public sealed class JobSumsTests(PostgresServer server) : StoreTest(server)
{
    readonly PostgresServer _server = server;

    [Fact]
    public async Task Sums_equal_the_rows_however_batches_end_and_are_put_back()
    {
        var job = await EnqueueAsync(8);
        var other = await EnqueueAsync(2);
        var leases = await Leases.ClaimAsync("worker", 10, Ttl, Ct);
        Assert.True(await CompleteAsync(leases[0]));
        await AssertSumsAsync(answered: 2, failed: 0, correct: 0);

        // Each batch has one problem with a gold answer, and the second batch's is 4.
        Assert.True(await CompleteAsync(leases[1]));
        await AssertSumsAsync(answered: 4, failed: 0, correct: 1);

        Assert.True(await CompleteAsync(leases[2], "out of room"));
        await AssertSumsAsync(answered: 6, failed: 2, correct: 1);

        await StoreAsync(leases[3], (await Problems.LoadPendingAsync(leases[3], Ct))[0].ProblemId, Node(1), Node(2));
        await ExecuteAsync("UPDATE batches SET fruitless = max_attempts, attempt = 4 * max_attempts WHERE batch_id = @BatchId",
            new { leases[3].BatchId });
        Assert.True(await Leases.FailAsync(leases[3], "broken", TimeSpan.Zero, Ct));
        await AssertSumsAsync(answered: 8, failed: 4, correct: 1);
        Assert.Equal(JobState.Completed, (await ProgressAsync(job)).State);

        Assert.Equal(2, await Jobs.RetryAsync(job, Ct));
        await AssertSumsAsync(answered: 4, failed: 0, correct: 1);

        Assert.True(await CompleteAsync(await ClaimOneAsync()));
        await AssertSumsAsync(answered: 6, failed: 0, correct: 1);

        Assert.True(await Jobs.CancelAsync(job, Ct));
        Assert.Equal(JobState.Cancelled, (await ProgressAsync(job)).State);
        await AssertSumsAsync(answered: 6, failed: 0, correct: 1);

        Assert.True(await Jobs.CancelAsync(other, Ct));
        var pending = await Problems.LoadPendingAsync(leases[4], Ct);
        Assert.True(await Results.CancelAsync(leases[4], [Result(leases[4], pending[1])], Ct));
        await AssertSumsAsync(answered: 7, failed: 0, correct: 1);
    }

    [Fact]
    public async Task Sums_equal_the_rows_when_answers_are_graded_anew()
    {
        var job = await EnqueueAsync(4);
        foreach (var lease in await Leases.ClaimAsync("worker", 2, Ttl, Ct)) Assert.True(await CompleteAsync(lease));
        await ExecuteAsync("UPDATE answers SET correct = NOT correct, ended_by = 'deadline' WHERE problem_id % 2 = 1");
        await AssertSumsAsync(answered: 4, failed: 0, correct: 1);

        Assert.NotNull(await new Regrading(Database.DataSource).RunAsync(job, Ct));

        Assert.Equal(9, (await Queries.AccuracyAsync(job, Ct)).Count);
        await AssertSumsAsync(answered: 4, failed: 0, correct: await ScalarAsync<int>("SELECT count(*) FROM answers WHERE correct"));
    }

    [Fact]
    public async Task A_job_whose_every_answer_was_put_back_has_no_votes_left()
    {
        var job = await EnqueueAsync(2);
        Assert.True(await CompleteAsync(await ClaimOneAsync()));
        await ExecuteAsync("UPDATE answers SET error = 'lost', ended_by = 'decided'");
        Assert.Equal(1, await Jobs.RetryAsync(job, Ct));

        await AssertSumsAsync(answered: 0, failed: 0, correct: 0);
        Assert.Empty(await Queries.AccuracyAsync(job, Ct));
        var totals = Assert.IsType<JobTotals>(await Queries.TotalsAsync(job, Ct));
        Assert.Equal((0, 0L, 0.0), (totals.Answered, totals.SampledTokens, totals.TotalFlops));
        Assert.Empty(totals.EndedEarly);
    }

    [Fact]
    public async Task What_was_stored_before_there_were_sums_is_summed_by_the_script()
    {
        await using var database = await _server.CreateEmptyDatabaseAsync();
        await new Migrator(database.DataSource, MigrationScript.Embedded()
            .Where(script => script.Number is >= 1 and <= 3)).MigrateAsync(Ct);
        // Today's program stores into it, and needs the columns that later scripts bring.
        await using (var connection = await database.DataSource.OpenConnectionAsync(Ct))
            await connection.ExecuteAsync("""
                ALTER TABLE jobs ADD message_id text UNIQUE, ADD policy_sha256 text, ADD reward_sha256 text;
                ALTER TABLE problems ADD level smallint;
                ALTER TABLE batches ADD lease_id uuid, ADD alone boolean NOT NULL DEFAULT false, ADD reserved_by text,
                    ADD reserved_until timestamptz;
                ALTER TABLE usage ADD environment_ids bigint[];
                CREATE TABLE attempt_environments (batch_id bigint, lease_epoch bigint, environment_id bigint);
                """);
        var (jobs, leases, problems, results) =
            (new JobStore(database.DataSource), new LeaseStore(database.DataSource), new ProblemStore(database.DataSource),
                new ResultStore(database.DataSource));
        await jobs.EnqueueAsync(Spec with { BatchSize = 3 }, [.. Enumerable.Range(0, 6).Select(Problem)], Ct);
        foreach (var (lease, i) in (await leases.ClaimAsync("worker", 2, Ttl, Ct)).Select((lease, i) => (lease, i)))
        {
            var pending = await problems.LoadPendingAsync(lease, Ct);
            Assert.True(await results.CompleteAsync(lease, [.. pending.Select(p => Result(lease, p, i == 0 ? null : "broken"))], Ct));
        }

        await using (var connection = await database.DataSource.OpenConnectionAsync(Ct))
            await connection.ExecuteAsync("""
                ALTER TABLE jobs DROP message_id, DROP policy_sha256, DROP reward_sha256;
                ALTER TABLE problems DROP level;
                ALTER TABLE batches DROP lease_id, DROP alone, DROP reserved_by, DROP reserved_until;
                ALTER TABLE usage DROP environment_ids;
                DROP TABLE attempt_environments;
                """);
        await new Migrator(database.DataSource).MigrateAsync(Ct);

        await AssertSumsAsync(database.DataSource, answered: 6, failed: 3, correct: 1);
    }

    [Fact]
    public async Task A_deleted_job_takes_its_sums_along()
    {
        var job = await EnqueueAsync(2);
        Assert.True(await CompleteAsync(await ClaimOneAsync()));
        await ExecuteAsync("DELETE FROM jobs WHERE job_id = @job", new { job });
        Assert.Equal(0,
            await ScalarAsync<int>(
                "SELECT (SELECT count(*) FROM job_sums) + (SELECT count(*) FROM job_vote_sums) + (SELECT count(*) FROM answers)"));
    }

    Task AssertSumsAsync(int answered, int failed, int correct) => AssertSumsAsync(Database.DataSource, answered, failed, correct);

    /// <summary>The sums over all jobs are as given, and each job's are those of its rows, to the last digit.</summary>
    static async Task AssertSumsAsync(NpgsqlDataSource db, int answered, int failed, int correct)
    {
        await using var connection = await db.OpenConnectionAsync(Ct);
        Assert.Equal((answered, failed, correct),
            await connection.QuerySingleAsync<(int, int, int)>(
                "SELECT sum(answered)::int, sum(failed)::int, sum(correct)::int FROM job_sums"));
        Assert.Equal(await LinesAsync(SumsOfRows), await LinesAsync(StoredSums));
        Assert.Equal(await LinesAsync(VotesOfRows), await LinesAsync("SELECT s::text FROM job_vote_sums s WHERE votes > 0 ORDER BY 1"));
        Assert.Equal(await LinesAsync(EndsOfRows), await LinesAsync("SELECT s::text FROM job_early_ends s WHERE problems > 0 ORDER BY 1"));
        Assert.Equal(0,
            await connection.ExecuteScalarAsync<int>(
                "SELECT count(*) FROM job_sums WHERE answered = 0 AND (graded, correct, nodes, policy_flops, total_flops, "
                    + "wall_seconds) <> (0, 0, 0, 0, 0, 0)"));

        async Task<IEnumerable<string>> LinesAsync(string sql) => await connection.QueryAsync<string>(sql);
    }

    const string SumsOfRows = """
        SELECT row(a.job_id, count(*), count(*) FILTER (WHERE a.error IS NOT NULL), count(p.gold_answer), count(*) FILTER (WHERE a.correct),
            sum(u.nodes), sum(u.saved_tokens),
            sum(u.policy_prompt_tokens), sum(u.policy_sampled_tokens), sum(u.policy_evaluated_tokens),
            sum(u.policy_reencoded_tokens), sum(u.policy_discarded_tokens),
            coalesce(sum(u.reward_prompt_tokens), 0), coalesce(sum(u.reward_sampled_tokens), 0),
            coalesce(sum(u.reward_evaluated_tokens), 0),
            coalesce(sum(u.reward_reencoded_tokens), 0), coalesce(sum(u.reward_discarded_tokens), 0),
            trim_scale(sum(u.policy_device_seconds::numeric)), trim_scale(coalesce(sum(u.reward_device_seconds::numeric), 0)),
            trim_scale(sum(u.policy_flops::numeric)), trim_scale(sum(u.total_flops::numeric)),
            trim_scale(sum(u.wall_seconds::numeric)))::text
        FROM answers a JOIN usage u USING (problem_id) JOIN problems p USING (problem_id)
        GROUP BY a.job_id ORDER BY a.job_id
        """;

    const string StoredSums = """
        SELECT row(job_id, answered, failed, graded, correct, nodes, saved_tokens,
            policy_prompt_tokens, policy_sampled_tokens, policy_evaluated_tokens, policy_reencoded_tokens, policy_discarded_tokens,
            reward_prompt_tokens, reward_sampled_tokens, reward_evaluated_tokens, reward_reencoded_tokens, reward_discarded_tokens,
            trim_scale(policy_device_seconds), trim_scale(reward_device_seconds),
            trim_scale(policy_flops), trim_scale(total_flops), trim_scale(wall_seconds))::text
        FROM job_sums WHERE answered > 0 ORDER BY job_id
        """;

    const string VotesOfRows = """
        SELECT row(a.job_id, v ->> 'method', coalesce(v ->> 'aggregation', ''), count(*),
            count(*) FILTER (WHERE (v ->> 'correct')::boolean))::text
        FROM answers a, jsonb_array_elements(a.votes) v GROUP BY a.job_id, v ->> 'method', v ->> 'aggregation' ORDER BY 1
        """;

    const string EndsOfRows =
        "SELECT row(job_id, ended_by, count(*))::text FROM answers WHERE ended_by IS NOT NULL GROUP BY job_id, ended_by ORDER BY 1";
}
