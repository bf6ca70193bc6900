using Dapper;
using RebaseBatch.Contracts;
using RebaseBatch.Durable.Results;
using RebaseBatch.Durable.Verification;
using RebaseBatch.Migrations;
using Xunit;

namespace RebaseBatch.Tests.Durable.Results;

/// <summary>Why problems have no answer: at the answer, and in its job's sums.</summary>
public sealed class UnansweredSumsTests(PostgresServer server) : StoreTest(server)
{
    readonly PostgresServer _server = server;

    [Fact]
    public async Task A_job_counts_its_missing_answers_by_cause_however_answers_come_change_and_go()
    {
        var job = await EnqueueAsync(6, Spec with { BatchSize = 6 });
        var lease = await ClaimOneAsync();
        var pending = await Problems.LoadPendingAsync(lease, Ct);
        var right = Result(lease, pending[4]);
        ProblemResult[] results =
        [
            Without(UnansweredCause.NoAnswerFound, new() { NoAnswerFound = 1 }, "so it is 34"),
            Without(UnansweredCause.NoAnswerFound, new() { NoAnswerFound = 1, Depth = 1 }, "I don't know"),
            Without(UnansweredCause.RewardContext, new() { RewardContext = 4 }),
            Without(UnansweredCause.EndedEarly, new(), endedBy: "deadline"),
            right with { Answer = right.Answer with { SolutionEnds = new(), Candidates = [new(1, "4", "The answer is: 4", [0.5])] } },
            Result(lease, pending[5], "broken"),
        ];
        Assert.True(await Results.CompleteAsync(
            lease, [.. results.Select((result, i) => result with { ProblemId = pending[i].ProblemId })], Ct));

        await AssertCausesAsync(job, new(UnansweredCause.NoAnswerFound, 2, 2, 3), new(UnansweredCause.EndedEarly, 1, 0, 0),
            new(UnansweredCause.RewardContext, 1, 4, 4));
        Assert.Equal("""
            {"cause": "no_answer_found", "problems": 2, "solutions": 2, "of_solutions": 3}
            """, await ScalarAsync<string>("SELECT unanswered_causes ->> 0 FROM v_jobs"),
            ignoreAllWhiteSpace: true, ignoreLineEndingDifferences: true);
        Assert.Equal((4, 2L), (await ScalarAsync<int>("SELECT unanswered FROM v_jobs"), await ScalarAsync<long>(
            "SELECT count(*) FROM v_answers WHERE unanswered_cause IS NULL AND (solution_ends IS NULL) = failed")));
        var record = await Queries.AnswersAsync(job).FirstAsync(Ct);
        Assert.Equal((UnansweredCause.NoAnswerFound, new SolutionEnds { NoAnswerFound = 1 }),
            (record.UnansweredCause!.Value, record.SolutionEnds));

        // A grader that knows more forms: the first problem's text now states its answer.
        await ExecuteAsync("UPDATE answers SET candidates = replace(candidates::text, 'so it is 34', 'The answer is: 34')::jsonb");
        Assert.Equal(1, (await new Regrading(Database.DataSource).RunAsync(job, Ct))!.OtherAnswers);
        await AssertCausesAsync(job, new(UnansweredCause.EndedEarly, 1, 0, 0), new(UnansweredCause.NoAnswerFound, 1, 1, 2),
            new(UnansweredCause.RewardContext, 1, 4, 4));
        Assert.Equal(new SolutionEnds(), (await Queries.AnswersAsync(job).FirstAsync(Ct)).SolutionEnds);

        // And one that knows fewer.
        await ExecuteAsync("UPDATE answers SET candidates = replace(candidates::text, 'The answer is: 34', 'so it is 34')::jsonb");
        Assert.Equal(1, (await new Regrading(Database.DataSource).RunAsync(job, Ct))!.OtherAnswers);
        await AssertCausesAsync(job, new(UnansweredCause.NoAnswerFound, 2, 2, 3), new(UnansweredCause.EndedEarly, 1, 0, 0),
            new(UnansweredCause.RewardContext, 1, 4, 4));

        await ExecuteAsync("DELETE FROM answers WHERE unanswered_cause = 'reward_context' OR ended_by IS NOT NULL");
        await AssertCausesAsync(job, new UnansweredRecord(UnansweredCause.NoAnswerFound, 2, 2, 3));
        await ExecuteAsync("DELETE FROM jobs");
        Assert.Equal(0, await ScalarAsync<long>("SELECT count(*) FROM job_unanswered"));

        ProblemResult Without(UnansweredCause cause, SolutionEnds ends, string? text = null, string? endedBy = null)
        {
            var result = Result(lease, pending[0]);
            return result with
            {
                Answer = result.Answer with
                {
                    Answer = null,
                    Correct = null,
                    Votes = [],
                    UnansweredCause = cause,
                    SolutionEnds = ends,
                    EndedBy = endedBy,
                    Candidates = text is null ? [] : [new(1, null, text, [0.5])],
                },
            };
        }
    }

    [Fact]
    public async Task An_answer_of_the_version_before_gets_the_cause_that_its_row_still_tells()
    {
        var job = await EnqueueAsync(2);
        Assert.True(await CompleteAsync(await ClaimOneAsync()));
        await ExecuteAsync("UPDATE answers SET answer = NULL, correct = NULL");
        await AssertCausesAsync(job, new UnansweredRecord(UnansweredCause.NoAnswerFound, 2, 0, 0));
        await ExecuteAsync("UPDATE answers SET unanswered_cause = NULL, candidates = '[]', ended_by = 'seconds'");
        await AssertCausesAsync(job, new UnansweredRecord(UnansweredCause.EndedEarly, 2, 0, 0));
        await ExecuteAsync("UPDATE answers SET unanswered_cause = NULL, ended_by = NULL");
        await AssertCausesAsync(job, new UnansweredRecord(UnansweredCause.Unknown, 2, 0, 0));
        await ExecuteAsync("UPDATE answers SET answer = '4'");
        await AssertCausesAsync(job);
    }

    [Fact]
    public async Task What_was_left_unanswered_before_there_were_causes_is_counted_by_the_script()
    {
        await using var database = await _server.CreateEmptyDatabaseAsync();
        await new Migrator(database.DataSource, MigrationScript.Embedded()
            .Where(script => script.Number is >= 1 and <= 12)).MigrateAsync(Ct);
        await using var connection = await database.DataSource.OpenConnectionAsync(Ct);
        await connection.ExecuteAsync("""
            INSERT INTO jobs (spec, problem_count, state, finished_at) VALUES ('{"policy": "p"}', 5, 'completed', now());
            INSERT INTO batches (job_id, batch_no, max_attempts, state) VALUES (1, 1, 1, 'completed');
            INSERT INTO problems (job_id, batch_id, ordinal, custom_id, question_id, question)
            SELECT 1, 1, n, n, '', '' FROM generate_series(0, 4) n;
            INSERT INTO answers (problem_id, job_id, batch_id, answer, votes, candidates, error, ended_by, lease_epoch)
            SELECT p.problem_id, 1, 1, a.answer, '[]', a.candidates::jsonb, a.error, a.ended_by, 1
            FROM (VALUES (0, '4', '[]', NULL, NULL), (1, NULL, '[]', 'broken', NULL), (2, NULL, '[{"node": 1}]', NULL, 'deadline'),
                (3, NULL, '[]', NULL, 'deadline'), (4, NULL, '[]', NULL, NULL)) a(n, answer, candidates, error, ended_by)
            JOIN problems p ON p.ordinal = a.n;
            """);

        await new Migrator(database.DataSource).MigrateAsync(Ct);

        Assert.Equal([null, null, "no_answer_found", "ended_early", "unknown"],
            await connection.QueryAsync<string?>("SELECT unanswered_cause FROM v_answers ORDER BY ordinal"));
        Assert.Equal("ended_early 1, no_answer_found 1, unknown 1", await connection.ExecuteScalarAsync<string>("""
            SELECT string_agg(c ->> 'cause' || ' ' || (c ->> 'problems'), ', ') FROM v_jobs, jsonb_array_elements(unanswered_causes) c
            """));
        Assert.Equal(3, await connection.ExecuteScalarAsync<int>("SELECT unanswered FROM v_jobs"));
    }

    async Task AssertCausesAsync(long job, params UnansweredRecord[] causes)
    {
        Assert.Equal(causes, (await Queries.TotalsAsync(job, Ct))!.UnansweredCauses);
        Assert.Equal(causes, (await ProgressAsync(job)).UnansweredCauses);
        var sums = JobSumTable.All.Single(table => table.Name == "job_unanswered");
        Assert.Null(await ScalarAsync<string?>($"SELECT string_agg(fault, ' ') FROM ({sums.Faults}) f"));
    }
}
