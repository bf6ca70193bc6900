using Dapper;
using Npgsql;
using RebaseBatch.Contracts;
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
    public async Task Sums_equal_the_rows_when_problems_fail_and_when_the_model_leaves_them_unanswered()
    {
        var job = await EnqueueAsync(8, Spec with { BatchSize = 8 });
        var lease = await ClaimOneAsync();
        var pending = await Problems.LoadPendingAsync(lease, Ct);
        // With a gold answer: 0 and 6 (wrong), 2 (right), 4 (failed). Problem 0 is left unanswered, and so is 1, which has no gold answer.
        Assert.True(await Results.CompleteAsync(lease, [.. pending.Select((problem, i) =>
            i < 2 ? Unanswered(Result(lease, problem)) : Result(lease, problem, i is 4 or 5 ? "broken" : null))], Ct));
        await AssertSumsAsync(answered: 8, failed: 2, correct: 1);
        Assert.Equal((8, 2, 3, 1, 2), await CountsAsync("v_jobs"));
        Assert.Equal(new AccuracyRecord(VotingMethod.Majority, null, 1, 3) { Unanswered = 2 },
            Assert.Single(await Queries.AccuracyAsync(job, Ct)));

        // An error has no verdict, whoever writes one.
        await Assert.ThrowsAsync<PostgresException>(() => ExecuteAsync("UPDATE answers SET correct = false WHERE failed"));

        Assert.Equal(1, await Jobs.RetryAsync(job, Ct));
        await AssertSumsAsync(answered: 6, failed: 0, correct: 1);
        Assert.True(await CompleteAsync(await ClaimOneAsync()));
        Assert.Equal((8, 0, 4, 1, 2), await CountsAsync("v_jobs"));

        await ExecuteAsync(
            "DELETE FROM answers WHERE answer IS NULL; DELETE FROM usage WHERE problem_id NOT IN (SELECT problem_id FROM answers)");
        Assert.Equal((6, 0, 3, 1, 0), await CountsAsync("v_jobs"));

        await ExecuteAsync(
            "UPDATE answers SET error = 'lost', answer = NULL, correct = NULL, votes = '[]' WHERE problem_id = @ProblemId",
            new { pending[7].ProblemId });
        Assert.NotNull(await new Regrading(Database.DataSource).RunAsync(job, Ct));
        await AssertSumsAsync(answered: 6, failed: 1, correct: await ScalarAsync<int>("SELECT count(*) FROM answers WHERE correct"));

        Task<(int, int, int, int, int)> CountsAsync(string view) =>
            RowAsync($"SELECT answered, failed, graded, correct, unanswered FROM {view}");
    }

    [Fact]
    public async Task A_job_whose_every_answer_was_put_back_has_no_votes_left()
    {
        var job = await EnqueueAsync(2);
        Assert.True(await CompleteAsync(await ClaimOneAsync()));
        await ExecuteAsync("UPDATE answers SET error = 'lost', correct = NULL, ended_by = 'decided'");
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
        await Jobs.EnqueueAsync(Spec with { BatchSize = 3 }, [.. Enumerable.Range(0, 6).Select(Problem)], Ct);
        foreach (var (lease, i) in (await Leases.ClaimAsync("worker", 2, Ttl, Ct)).Select((lease, i) => (lease, i)))
        {
            var pending = await Problems.LoadPendingAsync(lease, Ct);
            Assert.True(await Results.CompleteAsync(lease, [.. pending.Select(p => Result(lease, p, i == 0 ? null : "broken"))], Ct));
        }

        // An earlier program stored the same, as far as its schema has the columns.
        await using var database = await _server.CreateEmptyDatabaseAsync();
        await new Migrator(database.DataSource, MigrationScript.Embedded()
            .Where(script => script.Number is >= 1 and <= 3)).MigrateAsync(Ct);
        await using (var earlier = await database.DataSource.OpenConnectionAsync(Ct))
        {
            foreach (var table in (string[])["jobs", "batches", "problems", "searches", "nodes", "answers", "usage"])
            {
                var rows = await ScalarAsync<string>($"SELECT coalesce(json_agg(t), '[]')::text FROM {table} t");
                var columns = await earlier.ExecuteScalarAsync<string>($"""
                    SELECT string_agg(quote_ident(attname), ', ') FROM pg_attribute
                    WHERE attrelid = '{table}'::regclass AND attnum > 0 AND NOT attisdropped AND attgenerated = ''
                    """);
                await earlier.ExecuteAsync($"""
                    INSERT INTO {table} ({columns}) OVERRIDING SYSTEM VALUE
                    SELECT {columns} FROM json_populate_recordset(NULL::{table}, @rows::json)
                    """, new { rows });
            }
        }
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

    [Fact]
    public async Task Errors_stored_as_wrong_answers_lose_their_verdict_and_their_place_in_the_sums()
    {
        await using var database = await _server.CreateEmptyDatabaseAsync();
        await new Migrator(database.DataSource, MigrationScript.Embedded()
            .Where(script => script.Number is >= 1 and <= 7)).MigrateAsync(Ct);
        await using var connection = await database.DataSource.OpenConnectionAsync(Ct);
        // As version 0007 stored it: job 1 has a right answer, a wrong one, one that the model left out and two errors, one of them with a
        // gold answer; job 2 has no error, and job 3 still runs.
        await connection.ExecuteAsync("""
            INSERT INTO jobs (spec, problem_count, state, finished_at)
            SELECT '{"policy": "p", "voting": "majority", "aggregation": "last"}', n, state, CASE state WHEN 'completed' THEN now() END
            FROM (VALUES (5, 'completed'), (1, 'completed'), (2, 'running')) j(n, state);
            INSERT INTO batches (job_id, batch_no, max_attempts, state)
            VALUES (1, 1, 1, 'completed'), (2, 1, 1, 'completed'), (3, 1, 1, 'discarded'), (3, 2, 1, 'available');
            INSERT INTO problems (job_id, batch_id, ordinal, custom_id, question_id, question, gold_answer)
            SELECT job, batch, n, job || '-' || n, '', '', gold
            FROM (VALUES (1, 1, 0, '4'), (1, 1, 1, '5'), (1, 1, 2, '6'), (1, 1, 3, '7'), (1, 1, 4, NULL), (2, 2, 0, '4'), (3, 3, 0, '4'),
                (3, 4, 1, '4')) p(job, batch, n, gold);
            INSERT INTO answers (problem_id, job_id, batch_id, answer, correct, votes, candidates, error, lease_epoch)
            SELECT p.problem_id, p.job_id, p.batch_id, a.answer, a.correct, a.votes::jsonb, '[]', a.error, 1
            FROM (VALUES ('1-0', '4', true, '[{"method": "majority", "aggregation": null, "answer": "4", "correct": true}]', NULL),
                ('1-1', '4', false, '[{"method": "majority", "aggregation": null, "answer": "4", "correct": false}]', NULL),
                ('1-2', NULL, false, '[{"method": "majority", "aggregation": null, "answer": null, "correct": false}]', NULL),
                ('1-3', NULL, false, '[]', 'broken'), ('1-4', NULL, NULL, '[]', 'broken'),
                ('2-0', '4', true, '[{"method": "majority", "aggregation": null, "answer": "4", "correct": true}]', NULL),
                ('3-0', NULL, false, '[]', 'broken')) a(id, answer, correct, votes, error)
            JOIN problems p ON p.custom_id = a.id;
            INSERT INTO usage (problem_id, job_id, batch_id, policy_model, policy_sha256, policy_parameters, policy_prompt_tokens,
                policy_sampled_tokens, policy_evaluated_tokens, policy_flops, total_flops, wall_seconds, nodes, attempts)
            SELECT problem_id, job_id, batch_id, 'p', '', 1, 1, 1, 1, 1, 1, 1, 1, 1 FROM answers;
            INSERT INTO sweeps (name, spec) VALUES ('before', '{}'), ('after', '{}'), ('whole', '{}');
            INSERT INTO sweep_jobs (sweep_id, place, job_id) VALUES (1, 0, 2), (2, 0, 1), (3, 0, 2);
            INSERT INTO schedules (name, cron, time_zone, sweep, baseline_sweep_id) VALUES ('nightly', '0 1 * * *', 'UTC', '{}', 1);
            INSERT INTO schedule_runs (schedule_id, due_at, sweep_id, losses, baseline_cells, gaps)
            VALUES (1, '2026-01-01', 2, '{"got worse"}', 1, '{}'), (1, '2026-01-02', 3, '{}', 1, '{}');
            """);

        await new Migrator(database.DataSource).MigrateAsync(Ct);

        await AssertSumsAsync(database.DataSource, answered: 7, failed: 3, correct: 2);
        Assert.Equal(0, await connection.ExecuteScalarAsync<int>("SELECT count(*) FROM answers WHERE failed AND correct IS NOT NULL"));
        Assert.Equal([(1L, "completed_with_failures", 3, 1, 1), (2L, "completed", 1, 1, 0), (3L, "running", 0, 0, 0)],
            await connection.QueryAsync<(long, string, int, int, int)>(
                "SELECT job_id, state, graded, correct, unanswered FROM v_jobs ORDER BY job_id"));
        Assert.Equal((1, 3, 2, 1),
            await connection.QuerySingleAsync<(int, int, int, int)>(
                "SELECT correct, graded, failed, unanswered FROM v_accuracy WHERE job_id = 1"));
        // Their files hold the old verdicts: those of both batches are due again, and the summary of the job that has ended.
        Assert.Equal([(1L, 0), (1L, 1), (3L, 1)],
            await connection.QueryAsync<(long, int)>("SELECT job_id, batch_no FROM outbox ORDER BY 1, 2"));
        // The verdict for which an error was a lost problem is given anew; the other one stands.
        Assert.Equal([false, true], await connection.QueryAsync<bool>("SELECT losses IS NOT NULL FROM schedule_runs ORDER BY due_at"));
    }

    static ProblemResult Unanswered(ProblemResult result) => result with
    {
        Answer = result.Answer with
        {
            Answer = null,
            Correct = result.Answer.Correct is null ? null : false,
            Votes = [.. result.Answer.Votes.Select(vote => vote with { Answer = null, Correct = vote.Correct is null ? null : false })],
            Candidates = [],
        },
    };

    async Task<(int, int, int, int, int)> RowAsync(string sql)
    {
        await using var connection = await Database.DataSource.OpenConnectionAsync(Ct);
        return await connection.QuerySingleAsync<(int, int, int, int, int)>(sql);
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
                "SELECT count(*) FROM job_sums WHERE answered = 0 AND (graded, correct, unanswered, nodes, policy_flops, "
                    + "total_flops, wall_seconds) <> (0, 0, 0, 0, 0, 0, 0)"));

        async Task<IEnumerable<string>> LinesAsync(string sql) => await connection.QueryAsync<string>(sql);
    }

    const string SumsOfRows = """
        SELECT row(a.job_id, count(*), count(*) FILTER (WHERE a.error IS NOT NULL), count(p.gold_answer) FILTER (WHERE a.error IS NULL),
            count(*) FILTER (WHERE a.correct), count(*) FILTER (WHERE a.answer IS NULL AND a.error IS NULL), sum(u.nodes),
            sum(u.saved_tokens), sum(u.policy_prompt_tokens), sum(u.policy_sampled_tokens), sum(u.policy_evaluated_tokens),
            sum(u.policy_reencoded_tokens), sum(u.policy_discarded_tokens), coalesce(sum(u.reward_prompt_tokens), 0),
            coalesce(sum(u.reward_sampled_tokens), 0), coalesce(sum(u.reward_evaluated_tokens), 0),
            coalesce(sum(u.reward_reencoded_tokens), 0), coalesce(sum(u.reward_discarded_tokens), 0),
            trim_scale(sum(u.policy_device_seconds::numeric)), trim_scale(coalesce(sum(u.reward_device_seconds::numeric), 0)),
            trim_scale(sum(u.policy_flops::numeric)), trim_scale(sum(u.total_flops::numeric)), trim_scale(sum(u.wall_seconds::numeric)),
            coalesce(sum(u.policy_cached_tokens), 0), coalesce(sum(u.reward_cached_tokens), 0),
            count(*) FILTER (WHERE u.policy_cached_tokens IS NULL AND u.policy_evaluated_tokens > 0),
            count(*) FILTER (WHERE u.reward_cached_tokens IS NULL AND u.reward_evaluated_tokens > 0))::text
        FROM answers a JOIN usage u USING (problem_id) JOIN problems p USING (problem_id)
        GROUP BY a.job_id ORDER BY a.job_id
        """;

    const string StoredSums = """
        SELECT row(job_id, answered, failed, graded, correct, unanswered, nodes, saved_tokens,
            policy_prompt_tokens, policy_sampled_tokens, policy_evaluated_tokens, policy_reencoded_tokens, policy_discarded_tokens,
            reward_prompt_tokens, reward_sampled_tokens, reward_evaluated_tokens, reward_reencoded_tokens, reward_discarded_tokens,
            trim_scale(policy_device_seconds), trim_scale(reward_device_seconds), trim_scale(policy_flops), trim_scale(total_flops),
            trim_scale(wall_seconds), policy_cached_tokens, reward_cached_tokens, policy_uncounted, reward_uncounted)::text
        FROM job_sums WHERE answered > 0 ORDER BY job_id
        """;

    const string VotesOfRows = """
        SELECT row(a.job_id, v ->> 'method', coalesce(v ->> 'aggregation', ''), count(*),
            count(*) FILTER (WHERE (v ->> 'correct')::boolean), count(*) FILTER (WHERE v ->> 'answer' IS NULL))::text
        FROM answers a, jsonb_array_elements(a.votes) v GROUP BY a.job_id, v ->> 'method', v ->> 'aggregation' ORDER BY 1
        """;

    const string EndsOfRows =
        "SELECT row(job_id, ended_by, count(*))::text FROM answers WHERE ended_by IS NOT NULL GROUP BY job_id, ended_by ORDER BY 1";
}
