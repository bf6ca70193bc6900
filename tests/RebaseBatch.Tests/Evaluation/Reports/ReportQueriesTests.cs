using RebaseBatch.Contracts;
using RebaseBatch.Core.Searching;
using RebaseBatch.Durable.Environments;
using RebaseBatch.Evaluation.Reports;
using RebaseBatch.Evaluation.Reports.Trees;
using Xunit;

namespace RebaseBatch.Tests.Evaluation.Reports;

public sealed class ReportQueriesTests(PostgresServer server) : StoreTest(server)
{
    ReportQueries Reports => new(Database.DataSource);

    async Task<long> SolvedAsync(int problems, JobSpec? spec = null, string prefix = "")
    {
        var job = await Jobs.EnqueueAsync((spec ?? Spec) with { BatchSize = 100 },
            [.. Enumerable.Range(0, problems).Select(Problem).Select(problem => problem with { Question = prefix + problem.Question })],
            Ct);
        Assert.True(await CompleteAsync(await ClaimOneAsync()));
        return job;
    }

    [Fact]
    public async Task Jobs_that_did_not_run_alike_are_remarked_on()
    {
        var jobs = new List<MeasuredJob>();
        foreach (var device in (string?[])["CPU: a processor", "CUDA0: a card", null])
        {
            var job = await EnqueueAsync(2);
            var lease = await ClaimOneAsync();
            if (device is not null)
            {
                var environment = SampleEnvironment.Of("a", "r") with { Devices = [device] };
                Assert.NotNull(await new EnvironmentStore(Database.DataSource).BeginAsync(lease, environment, Ct));
            }

            Assert.True(await CompleteAsync(lease));
            jobs.Add((await Reports.JobAsync(job, Ct))!);
        }

        Assert.Contains(
            $"not all jobs ran alike, and that alone may change scores: devices: CPU: a processor (job {jobs[0].JobId}), CUDA0: a card "
                + $"(job {jobs[1].JobId})",
            Assert.Single(MeasuredDataset.Of(jobs)).Remarks);
        Assert.Empty(jobs[2].Environments);
        Assert.DoesNotContain(Assert.Single(MeasuredDataset.Of([jobs[0], jobs[2]])).Remarks,
            remark => remark.Contains("ran alike", StringComparison.Ordinal));
    }

    [Fact]
    public async Task The_newest_dataset_is_found_by_its_hash_and_by_its_questions_where_jobs_have_none()
    {
        var (old, other) = (await SolvedAsync(4), await SolvedAsync(4, prefix: "Tell me: "));
        var (hashed, newest) = (await SolvedAsync(4), await SolvedAsync(4));
        await SolvedAsync(2);
        await EnqueueAsync(4); // has not ended
        await ExecuteAsync("UPDATE jobs SET dataset_sha256 = NULL"); // as in jobs older than the column
        await ExecuteAsync("UPDATE jobs SET dataset_name = 'four', dataset_sha256 = 'abcd' WHERE job_id = ANY(@Ids)",
            new { Ids = new[] { hashed, newest } });
        await ExecuteAsync("UPDATE jobs SET dataset_name = 'others', dataset_sha256 = 'ef01' WHERE job_id = @other", new { other });

        Assert.Equal([old, hashed, newest], await Reports.NewestAsync("four", Ct));
        Assert.Equal([old, hashed, newest], await Reports.NewestAsync("ABC", Ct));
        Assert.Equal([other], await Reports.NewestAsync("others", Ct));
        Assert.Equal([newest + 1], await Reports.NewestAsync(null, Ct));
        Assert.Empty(await Reports.NewestAsync("five", Ct));

        await ExecuteAsync("UPDATE jobs SET dataset_name = NULL, dataset_sha256 = NULL WHERE job_id = @newest", new { newest });
        await ExecuteAsync("DELETE FROM jobs WHERE job_id > @newest", new { newest });
        Assert.Equal([old, hashed, newest], await Reports.NewestAsync(null, Ct));
    }

    [Fact]
    public async Task A_job_is_measured_over_its_problems_with_a_gold_answer()
    {
        var job = await SolvedAsync(6);

        var measured = (await Reports.JobAsync(job, Ct))!;

        // StoreTest's results: every answer is 4, the gold answers of 0, 2 and 4 are 0, 4 and 8.
        Assert.Equal((3, 0, 0, JobState.Completed), (measured.Ungraded, measured.WithoutResult, measured.Failed, measured.State));
        Assert.Equal(["q-0", "q-2", "q-4"], measured.Problems.Select(problem => problem.QuestionId));
        Assert.Equal([false, true, false], measured.Problems.Select(problem => problem.IsRight));
        Assert.Equal([new VotingRule(VotingMethod.Majority, null)], measured.Problems[1].RightVotes);
        Assert.Equal((20_000.1, 34_000, 20_000),
            (measured.Problems[0].PolicyFlops, measured.Problems[0].PolicyEvaluatedFlops, measured.Problems[0].RewardFlops));
        Assert.Equal((new("tiny", "ab", 1000), new("tiny-prm", "cd", 500)), (measured.Policy, measured.Reward));
        Assert.Null(await Reports.JobAsync(99, Ct));
    }

    [Fact]
    public async Task What_the_embedding_model_read_is_in_the_totals()
    {
        var job = await SolvedAsync(6);
        var plain = MeasuredDataset.Of([(await Reports.JobAsync(job, Ct))!])[0].OwnPoints.Single();
        await ExecuteAsync("""
            UPDATE usage SET embedding_model = 'bge', embedding_sha256 = 'ef', embedding_parameters = 300, embedding_evaluated_tokens = 50,
                embedding_discarded_tokens = 0, embedding_device_seconds = 0.75
            """);

        var measured = (await Reports.JobAsync(job, Ct))!;

        Assert.All(measured.Problems, problem => Assert.Equal((30_000, 0.75), (problem.EmbeddingFlops, problem.EmbeddingSeconds)));
        Assert.Equal(plain.TotalFlops + 30_000, MeasuredDataset.Of([measured])[0].OwnPoints.Single().TotalFlops, 1e-6);
    }

    [Fact]
    public async Task Levels_come_along_from_the_dataset_to_the_report_and_the_view()
    {
        var job = await Jobs.EnqueueAsync(Spec, [Problem(0) with { Level = 5 }, Problem(2)], Ct);
        var lease = await ClaimOneAsync();
        Assert.Equal([(short)5, null], (await Problems.LoadPendingAsync(lease, Ct)).Select(problem => problem.Spec.Level));
        Assert.True(await CompleteAsync(lease));

        Assert.Equal([(short)5, null], (await Reports.JobAsync(job, Ct))!.Problems.Select(problem => problem.Level));
        // Existing columns stay; new ones come last.
        Assert.Equal("level",
            await ScalarAsync<string>("SELECT attname::text FROM pg_attribute WHERE attrelid = 'v_answers'::regclass AND attnum = 19"));
        Assert.Equal("id-0 5, id-2 none",
            await ScalarAsync<string>(
                "SELECT string_agg(custom_id || ' ' || coalesce(level::text, 'none'), ', ' ORDER BY ordinal) FROM v_answers"));
    }

    [Fact]
    public async Task Problems_without_an_answer_and_with_an_error_are_told_apart()
    {
        var job = await EnqueueAsync(4); // in batches of two
        Assert.True(await CompleteAsync(await ClaimOneAsync(), error: "gave up"));

        var measured = (await Reports.JobAsync(job, Ct))!;

        Assert.Equal((2, 2), (measured.WithoutResult, measured.Failed));
        Assert.All(measured.Problems, problem => Assert.Empty(problem.RightVotes));
        Assert.Equal([true, false], measured.Problems.Select(problem => problem.Failed));
        Assert.Equal(0, measured.Problems.Count(problem => problem.Unanswered));
    }

    [Fact]
    public async Task A_problem_that_the_model_left_unanswered_did_not_fail()
    {
        var job = await EnqueueAsync(2);
        Assert.True(await CompleteAsync(await ClaimOneAsync()));
        await ExecuteAsync("UPDATE answers SET answer = NULL, correct = CASE WHEN correct IS NOT NULL THEN false END");

        var problem = Assert.Single((await Reports.JobAsync(job, Ct))!.Problems);

        Assert.Equal((true, false, false), (problem.Unanswered, problem.Failed, problem.IsRight));
        Assert.Equal(new(UnansweredCause.NoAnswerFound, 1, 0, 0), problem.UnansweredBy);
    }

    [Fact]
    public async Task A_sweep_gives_its_jobs_in_its_order()
    {
        var (first, second) = (await EnqueueAsync(1), await EnqueueAsync(1));
        var sweep = await ScalarAsync<long>("INSERT INTO sweeps (name, spec) VALUES ('s', '{}') RETURNING sweep_id");
        Assert.Empty((await Reports.SweepAsync(sweep, Ct))!);
        await ExecuteAsync("INSERT INTO sweep_jobs (sweep_id, place, job_id) VALUES (@sweep, 0, @second), (@sweep, 1, @first)",
            new { sweep, first, second });

        Assert.Equal([second, first], await Reports.SweepAsync(sweep, Ct));
        Assert.Null(await Reports.SweepAsync(sweep + 1, Ct));
    }

    [Fact]
    public async Task A_tree_is_what_its_search_stored()
    {
        var job = await Jobs.EnqueueAsync(Spec with { BatchSize = 100 }, [.. Enumerable.Range(0, 3).Select(Problem)], Ct);
        var lease = await ClaimOneAsync();
        var pending = await Problems.LoadPendingAsync(lease, Ct);
        // Problem 2 is the one that 4 is right for.
        await StoreAsync(lease, pending[2].ProblemId, Node(1), Node(2, 1, null, "</script>") with
        {
            Depth = 2,
            State = NodeState.Finished,
        });
        await StoreAsync(lease, pending[0].ProblemId, Node(1), Node(2), Node(3));
        Assert.True(await Results.CompleteAsync(lease, [.. pending.Select(problem => Result(lease, problem))], Ct));
        var trees = new TreeQueries(Database.DataSource);

        var right = (await trees.FindAsync(job, "rebase", correct: true, 0, 100, Ct))!;

        Assert.Equal(("id-2", "4", "4", true), (right.CustomId, right.Gold, right.Answer, right.Correct));
        Assert.Equal([new(1, 0, 1, NodeState.Open, 0.5, 1, "a step\n"), new(2, 1, 2, NodeState.Finished, null, 2, "</script>")],
            right.Nodes);
        Assert.Equal([1], right.Winners());
        Assert.Null(await trees.FindAsync(job, "rebase", correct: true, 1, 100, Ct));
        Assert.Equal(3, (await trees.FindAsync(job, "rebase", correct: false, 0, 3, Ct))!.Nodes.Count);
        Assert.Null(await trees.FindAsync(job, "rebase", correct: false, 0, 2, Ct));
    }
}
