using RebaseBatch.Durable.Results;
using Xunit;

namespace RebaseBatch.Tests.Solving;

/// <summary>Budgets of problems and of jobs, with real models and a worker in this process.</summary>
public sealed class JobBudgetTests(PostgresServer server) : WorkerTest(server)
{
    [Fact]
    public async Task A_search_that_reaches_its_budget_votes_with_what_has_finished_and_says_so()
    {
        var late = await Jobs.EnqueueAsync(Problems.Job() with { Deadline = DateTimeOffset.UtcNow.AddDays(1) },
            await Problems.TakeAsync(2), default);
        // It passes while the job waits.
        await using (var waiting = Database.DataSource.CreateCommand(
            $$"""UPDATE jobs SET spec = jsonb_set(spec, '{deadline}', to_jsonb(now())) WHERE job_id = {{late}}"""))
            Assert.Equal(1, await waiting.ExecuteNonQueryAsync());
        await using var worker = await WorkerInProcess.StartAsync(Database, Folder.Path);
        var job = await Jobs.EnqueueAsync(Problems.Job(width: 16) with { MaxTokensPerProblem = 900 }, await Problems.TakeAsync(7), default);
        Assert.Equal(0, (await Ledger.EndedAsync(job)).Failed);
        await Ledger.EndedAsync(late);
        Assert.True(await Ledger.CountAsync($"SELECT count(*) FROM answers WHERE job_id = {job} AND ended_by = 'sampled_tokens'") > 0);
        // Over by less than one wave: at most sixteen steps of at most 60 tokens.
        Assert.Equal(0,
            await Ledger.CountAsync($"SELECT count(*) FROM usage WHERE job_id = {job} AND policy_sampled_tokens > 900 + 16 * 60"));
        Assert.Equal(2,
            await Ledger.CountAsync($"SELECT count(*) FROM answers WHERE job_id = {late} AND ended_by = 'deadline' AND answer IS NULL"));
        Assert.Equal(0, await Ledger.CountAsync($"SELECT count(*) FROM nodes JOIN problems USING (problem_id) WHERE job_id = {late}"));
    }

    [Fact]
    public async Task A_job_that_reaches_its_budget_goes_over_it_by_the_waves_under_way_and_answers_every_problem()
    {
        const int Limit = 4000, Width = 8, StepTokens = 40;
        await using var worker = await WorkerInProcess.StartAsync(Database, Folder.Path, options => options.Inference.MaxBranches = Width);
        var job = await Jobs.EnqueueAsync(Problems.Job(Width, batchSize: 5) with { MaxTokensPerJob = Limit, MaxStepTokens = StepTokens },
            await Problems.TakeAsync(20), default);
        Assert.Equal(0, (await Ledger.EndedAsync(job)).Failed);

        // Two searches of this width are in flight at most (SearchSlots), over both batches.
        Assert.InRange(await Ledger.CountAsync("SELECT sum(policy_sampled_tokens) FROM usage"), Limit, Limit + (2 * Width * StepTokens));
        Assert.Equal((20, 20),
            (await Ledger.CountAsync("SELECT count(*) FROM answers WHERE error IS NULL"),
                await Ledger.CountAsync("SELECT count(*) FROM usage")));
        Assert.Equal(0,
            await Ledger.CountAsync(
                "SELECT count(*) FROM answers JOIN usage USING (problem_id) WHERE nodes = 0 AND (ended_by IS DISTINCT FROM "
                    + "'job_sampled_tokens' OR answer IS NOT NULL)"));
        Assert.True(await Ledger.CountAsync("SELECT count(*) FROM usage WHERE nodes = 0") > 0);
        Assert.True(await Ledger.CountAsync("SELECT count(*) FROM answers WHERE ended_by IS NULL AND answer IS NOT NULL") > 0);
        var totals = (await new ResultQueries(Database.DataSource).TotalsAsync(job, default))!;
        Assert.Equal("job_sampled_tokens", Assert.Single(totals.EndedEarly).Reason);
    }

    [Fact]
    public async Task Budgets_of_a_job_in_flops_and_seconds_end_it_and_say_so()
    {
        await using var worker = await WorkerInProcess.StartAsync(Database, Folder.Path);
        var flops = await Jobs.EnqueueAsync(Problems.Job(width: 4) with { MaxFlopsPerJob = 1 }, await Problems.TakeAsync(3), default);
        var seconds =
            await Jobs.EnqueueAsync(Problems.Job(width: 4) with { MaxDeviceSecondsPerJob = 1e-9 }, await Problems.TakeAsync(3), default);
        await Ledger.EndedAsync(flops);
        await Ledger.EndedAsync(seconds);
        // Nothing is spent before the first wave, so that each search of a batch may begin its first.
        Assert.Equal(3, await Ledger.CountAsync($"SELECT count(*) FROM answers WHERE job_id = {flops} AND ended_by = 'job_flops'"));
        Assert.Equal(3,
            await Ledger.CountAsync($"SELECT count(*) FROM answers WHERE job_id = {seconds} AND ended_by = 'job_device_seconds'"));
        Assert.Equal(0, await Ledger.CountAsync("SELECT count(*) FROM nodes WHERE depth > 1"));
    }

    [Fact]
    public async Task Two_workers_spend_from_one_budget_and_what_a_stopped_one_spent_still_counts()
    {
        const int Limit = 6000;
        var all = await Problems.TakeAsync(40);
        var job = await Jobs.EnqueueAsync(Problems.Job(batchSize: 2) with { MaxTokensPerJob = Limit }, all, default);
        await using (await StartAsync())
            await Eventually.TrueAsync(async () => await Ledger.CountAsync("SELECT coalesce(sum(sampled), 0) FROM nodes") > Limit / 3);
        var before = await Ledger.CountAsync("SELECT sum(sampled) FROM nodes");

        await using var first = await StartAsync();
        await using var second = await StartAsync();
        Assert.Equal(0, (await Ledger.EndedAsync(job)).Failed);

        var spent = await Ledger.CountAsync("SELECT sum(policy_sampled_tokens) FROM usage");
        // Each worker knows at least what was stored before it began and its own spending, however late it learns of the other's.
        var wavesUnderWay = 2 * 8 * 60;
        Assert.InRange(spent, Limit, before + (2 * (Limit - before + wavesUnderWay)));
        Assert.Equal(40, await Ledger.CountAsync("SELECT count(*) FROM answers WHERE error IS NULL"));
        Assert.Equal(0, await Ledger.CountAsync("SELECT coalesce(sum(repeated_steps), 0) FROM searches"));
        Assert.True(await Ledger.CountAsync("SELECT count(*) FROM answers WHERE ended_by = 'job_sampled_tokens' AND answer IS NULL") > 0);

        Task<WorkerInProcess> StartAsync() =>
            WorkerInProcess.StartAsync(Database, Folder.Path, options => options.Inference.MaxBranches = 8);
    }
}
