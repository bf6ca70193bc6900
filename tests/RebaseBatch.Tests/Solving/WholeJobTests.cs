using System.Text.Json;
using Dapper;
using RebaseBatch.Contracts;
using RebaseBatch.Durable.Results;
using RebaseBatch.Evaluation.Reports;
using Xunit;

namespace RebaseBatch.Tests.Solving;

/// <summary>Jobs from end to end: real models through llama.cpp, a real Postgres, a worker in this process.</summary>
public sealed class WholeJobTests(PostgresServer server) : WorkerTest(server)
{
    [Fact]
    public async Task A_job_ends_with_an_answer_its_votes_and_its_costs_for_every_problem()
    {
        await using var worker = await WorkerInProcess.StartAsync(Database, Folder.Path);
        var job = await SolvedAsync(Problems.Job(), 6);

        var queries = new ResultQueries(Database.DataSource);
        await foreach (var answer in queries.AnswersAsync(job))
        {
            Assert.Equal(9, answer.Votes.Count);
            Assert.Equal(answer.Votes.Single(v => v is { Method: VotingMethod.Weighted, Aggregation: ScoreAggregation.Last }).Answer,
                answer.Answer);
            Assert.NotEmpty(answer.Candidates);
            Assert.All(answer.Candidates, c => Assert.All(c.StepScores, s => Assert.InRange(s, 0, 1)));
            Assert.All(answer.Candidates, c => Assert.StartsWith("Step 1:", c.Text, StringComparison.Ordinal));
            Assert.NotNull(answer.Correct);
        }

        await foreach (var usage in queries.UsageAsync(job))
        {
            Assert.Equal((241_728L, 3_626_688L), (usage.Policy.Parameters, usage.Reward!.Parameters));
            Assert.Equal(64, usage.Policy.Sha256.Length);
            Assert.Equal(2.0 * usage.Policy.Parameters * usage.Policy.SampledTokens, usage.PolicyFlops);
            Assert.Equal(2.0 * usage.Policy.Parameters * usage.Policy.EvaluatedTokens
                + 2.0 * usage.Reward.Parameters * usage.Reward.EvaluatedTokens, usage.TotalFlops);
            // The prompt is encoded once, however wide the search.
            Assert.InRange(usage.Policy.EvaluatedTokens, usage.Policy.PromptTokens, usage.Policy.PromptTokens + usage.Policy.SampledTokens);
            Assert.True(usage.WallSeconds > 0);
        }
    }

    [Fact]
    public async Task A_search_of_width_64_gets_its_64_candidates_in_a_context_with_room_for_far_less()
    {
        await using var worker = await WorkerInProcess.StartAsync(Database, Folder.Path, options =>
            (options.Inference.ContextCells, options.Inference.MaxSequences, options.Inference.MaxBranches, options.Inference.BatchTokens) =
                (512, 8, 6, 64));
        await SolvedAsync(Problems.Job(width: 64), 2);
        Assert.Equal(2,
            await Ledger.CountAsync(
                "SELECT count(*) FROM (SELECT problem_id FROM nodes WHERE state > 0 GROUP BY 1 HAVING count(*) = 64) full_width"));
    }

    [Theory]
    [InlineData(SearchStrategy.Sampling)]
    [InlineData(SearchStrategy.Beam)]
    [InlineData(SearchStrategy.Dvts)]
    [InlineData(SearchStrategy.Mcts)]
    [InlineData(SearchStrategy.Dora)]
    [InlineData(SearchStrategy.Particles)]
    [InlineData(SearchStrategy.BgMcts)]
    public async Task Every_strategy_runs_on_real_models(SearchStrategy strategy)
    {
        await using var worker = await WorkerInProcess.StartAsync(Database, Folder.Path);
        var isOfExpansions = strategy is SearchStrategy.Mcts or SearchStrategy.BgMcts;
        await SolvedAsync(Problems.Job(width: isOfExpansions ? 32 : 8) with { Strategy = strategy }, 4);
        Assert.True(await Ledger.CountAsync("SELECT count(*) FROM nodes WHERE state = 1") > 0);
        if (!isOfExpansions)
            Assert.Equal(0,
                await Ledger.CountAsync(
                    "SELECT count(*) FROM (SELECT problem_id FROM nodes WHERE state > 0 GROUP BY 1 HAVING count(*) <> 8) other_width"));
    }

    [Fact]
    public async Task An_ended_job_is_graded_anew_without_generating()
    {
        await using var worker = await WorkerInProcess.StartAsync(Database, Folder.Path);
        var job = await SolvedAsync(Problems.Job(), 4);
        var steps = await Ledger.StepsAsync();
        var right = await Ledger.SpoilVerdictsAsync();

        var outcome = await new Regrading(Database.DataSource).RunAsync(job, default);

        Assert.Equal((4, (int)right, 0), (outcome!.Problems, outcome.NowRight, outcome.NowWrong));
        Assert.Equal(right,
            await Ledger.CountAsync(
                "SELECT count(*) FROM answers WHERE correct AND grader_version <> 'of old' AND jsonb_array_length(votes) = 9"));
        Assert.Equal(steps, await Ledger.StepsAsync());
        await Ledger.EndedAsync(job);
        await Ledger.AssertWholeAsync(4, Folder.Path);
        Assert.Null(await new Regrading(Database.DataSource).RunAsync(job + 1, default));
    }

    [Fact]
    public async Task A_jobs_ledger_is_the_sum_over_its_node_rows_for_both_models()
    {
        await using var worker = await WorkerInProcess.StartAsync(Database, Folder.Path);
        var job = await Jobs.EnqueueAsync(Problems.Job(width: 4, batchSize: 2), await Problems.TakeAsync(4), default);
        await Ledger.EndedAsync(job);

        var (policy, reward) = (await new ResultQueries(Database.DataSource).TotalsAsync(job, default))! is var totals
            ? (totals.Policy, totals.Reward!) : default;
        Assert.Equal(await Ledger.CountAsync("SELECT sum(sampled) FROM nodes"), policy.SampledTokens);
        Assert.Equal(await Ledger.CountAsync("SELECT sum(policy_evaluated) FROM nodes"), policy.EvaluatedTokens);
        Assert.Equal(await Ledger.CountAsync("SELECT sum(reward_evaluated) FROM nodes"), reward.EvaluatedTokens);
        Assert.Equal(await Ledger.CountAsync("SELECT sum(policy_reencoded) FROM nodes"), policy.ReencodedTokens);
        Assert.Equal(await Ledger.CountAsync("SELECT sum(reward_reencoded) FROM nodes"), reward.ReencodedTokens);
        Assert.Equal(await Ledger.CountAsync("SELECT sum(policy_discarded_tokens) FROM usage"), policy.DiscardedTokens);
        Assert.Equal(await Ledger.CountAsync("SELECT sum(reward_prompt_tokens) FROM usage"), reward.PromptTokens);
        Assert.True(policy.PromptTokens > 0 && reward.EvaluatedTokens > 0);
        Assert.Equal(await Ledger.CountAsync("SELECT round(1e6 * sum(policy_seconds)) FROM nodes"),
            Math.Round(1e6 * policy.DeviceSeconds!.Value), 1.0);
        Assert.Equal(await Ledger.CountAsync("SELECT round(1e6 * sum(reward_seconds)) FROM nodes"),
            Math.Round(1e6 * reward.DeviceSeconds!.Value), 1.0);
    }

    [Fact]
    public async Task A_job_that_stops_when_its_vote_is_decided_says_how_much_it_saved()
    {
        await using var worker = await WorkerInProcess.StartAsync(Database, Folder.Path);
        var spec = Problems.Job() with { Strategy = SearchStrategy.Sampling, Voting = VotingMethod.Majority, StopWhenDecided = true };
        var job = await SolvedAsync(spec, 16);
        var totals = (await new ResultQueries(Database.DataSource).TotalsAsync(job, default))!;
        var decided = await Ledger.CountAsync("SELECT count(*) FROM answers WHERE ended_by = 'decided'");
        Assert.True(decided > 0);
        Assert.Equal([new("decided", (int)decided)], totals.EndedEarly);
        // A search that stopped early has more than half of its solutions, but not all of them.
        Assert.Equal(decided,
            await Ledger.CountAsync(
                "SELECT count(*) FROM answers WHERE jsonb_array_length(candidates) BETWEEN 5 AND 7 AND ended_by = 'decided'"));
        Assert.Equal(totals.SavedTokensEstimate,
            await Ledger.CountAsync("SELECT sum(saved_tokens) FROM usage JOIN answers USING (problem_id) WHERE ended_by = 'decided'"));

        // As after a crash between the last checkpoint and the results: every search is complete, and none may continue.
        var (steps, answers) = (await Ledger.StepsAsync(), await AnswersAsync());
        await using (var connection = await Database.DataSource.OpenConnectionAsync())
            await connection.ExecuteAsync("""
                DELETE FROM answers; DELETE FROM usage; DELETE FROM blobs;
                UPDATE batches SET state = 'available', finished_at = NULL;
                UPDATE jobs SET state = 'running', finished_at = NULL;
                """);
        await Ledger.EndedAsync(job);
        Assert.Equal(answers, await AnswersAsync());
        Assert.Equal(steps, await Ledger.StepsAsync());

        async Task<string> AnswersAsync()
        {
            await using var connection = await Database.DataSource.OpenConnectionAsync();
            return JsonSerializer.Serialize(await connection.QueryAsync<string>(
                "SELECT concat_ws(' ', problem_id, ended_by, answer, saved_tokens, candidates) FROM answers JOIN usage USING "
                    + "(problem_id) ORDER BY problem_id"));
        }
    }

    [Fact]
    public async Task Greedy_searches_one_at_a_time_are_the_same_twice_and_need_no_reward_model()
    {
        // One at a time: sequences that share a decode call change the logits a little, which may decide a near tie.
        await using var worker = await WorkerInProcess.StartAsync(Database, Folder.Path, options => options.Worker.MaxSearches = 1);
        var spec = new JobSpec { Policy = "tiny-math-policy-s", Strategy = SearchStrategy.Greedy, Width = 1 };
        var problems = await Problems.TakeAsync(8);
        var (first, second) = (await Jobs.EnqueueAsync(spec, problems, default), await Jobs.EnqueueAsync(spec, problems, default));
        await Ledger.EndedAsync(first);
        await Ledger.EndedAsync(second);
        Assert.Equal(await TextsAsync(first), await TextsAsync(second));
        Assert.Equal(0, await Ledger.CountAsync("SELECT count(*) FROM nodes WHERE score IS NOT NULL"));
    }

    [Fact]
    public async Task A_problem_too_long_for_the_model_fails_alone_and_says_why()
    {
        await using var worker = await WorkerInProcess.StartAsync(Database, Folder.Path);
        var problems = (await Problems.TakeAsync(3)).ToList();
        problems.Insert(1, new("too-long", "too-long", string.Concat(Enumerable.Repeat("Mia has 3 books. ", 120)), "3"));
        var job = await Jobs.EnqueueAsync(Problems.Job(), problems, default);
        var progress = await Ledger.EndedAsync(job);
        Assert.Equal((4, 1), (progress.Answered, progress.Failed));
        Assert.Contains("512", progress.OldestError, StringComparison.Ordinal);
        Assert.Equal(1, await Ledger.CountAsync("SELECT count(*) FROM answers WHERE error IS NOT NULL AND correct IS NULL"));

        // An error is not a wrong answer, wherever one looks.
        var right = await Ledger.CountAsync("SELECT count(*) FROM answers WHERE correct");
        Assert.Equal((3, (int)right), (progress.Graded, progress.Correct));
        Assert.Equal(1, await Ledger.CountAsync(
            $"SELECT count(*) FROM v_jobs WHERE state = 'completed_with_failures' AND failed = 1 AND graded = 3 AND correct = {right}"));
        Assert.Equal(9, await Ledger.CountAsync("SELECT count(*) FROM v_leaderboard WHERE failed = 1 AND graded = 3 AND place IS NULL"));
        var measured = Assert.Single(MeasuredDataset.Of([(await new ReportQueries(Database.DataSource).JobAsync(job, default))!]));
        Assert.All(measured.OwnPoints, point => Assert.Equal((right / 3.0, 1), (point.Accuracy.Value, point.Failed)));
        var name = await TextAsync("SELECT name FROM blobs WHERE kind = 'summary'");
        var summary = JsonSerializer.Deserialize<JobSummary>(
            await File.ReadAllTextAsync(Path.Combine(Folder.Path, name)), ContractsJson.Lines)!;
        Assert.Equal((JobOutcome.CompletedWithFailures, 1, 0), (summary.State, summary.Failed, summary.Unanswered));
        Assert.All(summary.Accuracy, vote => Assert.Equal(3, vote.Graded));
    }

    [Fact]
    public async Task A_job_whose_model_can_not_be_loaded_waits_and_says_why()
    {
        await using var worker = await WorkerInProcess.StartAsync(Database, Folder.Path, options => options.Worker.RetryBackoffSeconds = 0);
        var job = await Jobs.EnqueueAsync(Problems.Job() with { Policy = "/no/such/policy.gguf", MaxAttempts = 2 },
            await Problems.TakeAsync(2), default);
        await Eventually.TrueAsync(async () => (await Jobs.ProgressAsync(job, default))!.UnservedBecause is not null);
        var progress = (await Jobs.ProgressAsync(job, default))!;
        Assert.Contains("/no/such/policy.gguf", progress.UnservedBecause, StringComparison.Ordinal);
        Assert.Equal((0, 1), (progress.Answered, progress.Batches.Available));
        Assert.Equal(0, await Ledger.CountAsync("SELECT attempt FROM batches"));
    }

    [Fact]
    public async Task A_job_that_a_newer_version_enqueued_is_put_back_and_hurts_no_other()
    {
        var newer = await Jobs.EnqueueAsync(Problems.Job(), await Problems.TakeAsync(2), default);
        await using (var connection = await Database.DataSource.OpenConnectionAsync())
            await connection.ExecuteAsync("UPDATE jobs SET spec = jsonb_set(spec, '{strategy}', '\"of tomorrow\"')");
        var ours = await Jobs.EnqueueAsync(Problems.Job(), await Problems.TakeAsync(2), default);
        await using var worker = await WorkerInProcess.StartAsync(Database, Folder.Path);
        await Eventually.TrueAsync(async () => await Ledger.CountAsync($"SELECT count(*) FROM answers WHERE job_id = {ours}") == 2);
        await Eventually.TrueAsync(async () => await Ledger.CountAsync(
            $"SELECT count(*) FROM batches WHERE job_id = {newer} AND state = 'available' AND attempt = 0 AND lease_epoch > 0") == 1);
        Assert.Contains("newer version", (await Jobs.ProgressAsync(newer, default))!.Unreadable, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_cancelled_job_keeps_what_was_finished_and_a_retry_finishes_the_rest()
    {
        await using var worker = await WorkerInProcess.StartAsync(Database, Folder.Path, options => options.Worker.RenewSeconds = 0.1);
        var job = await Jobs.EnqueueAsync(Problems.Job(width: 16, batchSize: 20), await Problems.TakeAsync(20), default);
        await Eventually.TrueAsync(async () => await Ledger.CountAsync("SELECT count(*) FROM nodes") > 100);
        Assert.True(await Jobs.CancelAsync(job, default));
        Assert.Equal(JobState.Cancelled, (await Ledger.EndedAsync(job)).State);
        var stored = await Ledger.StepsAsync();

        Assert.Equal(1, await Jobs.RetryAsync(job, default));
        Assert.Equal(JobState.Completed, (await Ledger.EndedAsync(job)).State);
        await Ledger.AssertWholeAsync(20, Folder.Path);
        Assert.Subset((await Ledger.StepsAsync()).ToHashSet(), stored.ToHashSet());
    }

    async Task<string> TextAsync(string sql)
    {
        await using var connection = await Database.DataSource.OpenConnectionAsync();
        return (await connection.ExecuteScalarAsync<string>(sql))!;
    }

    async Task<string> TextsAsync(long job)
    {
        await using var connection = await Database.DataSource.OpenConnectionAsync();
        return JsonSerializer.Serialize(await connection.QueryAsync<string>(
            "SELECT candidates->0->>'text' FROM answers JOIN problems USING (problem_id) WHERE answers.job_id = @job ORDER BY ordinal",
            new { job }));
    }
}
