using System.Diagnostics.Metrics;
using Microsoft.Extensions.Logging.Abstractions;
using RebaseBatch.Durable.Events;
using RebaseBatch.Durable.Jobs;
using RebaseBatch.Durable.Retention;
using RebaseBatch.Tests.Durable.Verification;
using Xunit;

namespace RebaseBatch.Tests.Durable.Retention;

[Collection(SolvedSuites.Name)]
public sealed class PruningTests(SolvedDatabase solved)
{
    const string Results = "SELECT concat((SELECT json_agg(a ORDER BY problem_id) FROM answers a), "
        + "(SELECT json_agg(u ORDER BY problem_id) FROM usage u), (SELECT json_agg(s ORDER BY job_id) FROM job_sums s))";

    [Fact]
    public async Task Steps_go_when_their_time_is_over_and_results_and_sums_stay_and_nothing_counts_as_false()
    {
        await using var copy = await solved.CopyAsync();
        await AgeAsync(copy, job: 1, days: 31);
        await AgeAsync(copy, job: 2, days: 29);
        var results = await copy.ScalarAsync<string>(Results);
        var steps = await StepsAsync(copy, 1);

        var pruning = new NodePruning(copy.Database.DataSource);
        Assert.Equal(new PrunedPortion(1, steps), await pruning.DueAsync(30, default));
        Assert.Null(await pruning.DueAsync(30, default));
        Assert.Equal(0, await StepsAsync(copy, 1));
        Assert.NotEqual(0, await StepsAsync(copy, 2));
        Assert.Equal(results, await copy.ScalarAsync<string>(Results));
        Assert.Empty(await copy.FaultyAsync());
    }

    [Theory]
    [InlineData(null, null, false)]
    [InlineData(null, 30, true)]
    [InlineData(0, null, true)]
    [InlineData(60, 30, false)]
    [InlineData(10, 100, true)]
    public async Task A_jobs_own_setting_comes_before_the_workers(int? ofJob, int? ofWorker, bool goes)
    {
        await using var copy = await solved.CopyAsync();
        await AgeAsync(copy, job: 1, days: 40);
        if (ofJob is not null)
            await copy.ExecuteAsync($"UPDATE jobs SET spec = spec || '{{\"keep_nodes_days\": {ofJob}}}' WHERE job_id = 1");
        Assert.Equal(goes, await new NodePruning(copy.Database.DataSource).DueAsync(ofWorker, default) is not null);
    }

    [Fact]
    public async Task The_steps_of_a_job_that_has_not_ended_stay()
    {
        await using var copy = await solved.CopyAsync();
        await copy.ExecuteAsync("UPDATE jobs SET enqueued_at = now() - interval '9 years' WHERE job_id = 3");
        Assert.Null(await new NodePruning(copy.Database.DataSource).JobAsync(3, default));
        await AgeAsync(copy, job: 1, days: 40);
        await copy.ExecuteAsync("UPDATE jobs SET state = 'running', finished_at = NULL WHERE job_id = 1");
        Assert.Null(await new NodePruning(copy.Database.DataSource).DueAsync(30, default));
    }

    [Fact]
    public async Task A_pruned_job_is_retried_from_the_root_and_its_books_are_those_of_its_new_steps()
    {
        await using var copy = await solved.CopyAsync();
        Assert.NotNull(await new NodePruning(copy.Database.DataSource).JobAsync(1, default));
        // As when a problem had failed: its error has no votes.
        await copy.ExecuteAsync(
            "UPDATE answers SET error = 'gave up', answer = NULL, correct = NULL, votes = '[]', candidates = '[]' WHERE problem_id = 1");
        Assert.Equal(1, await new JobStore(copy.Database.DataSource).RetryAsync(1, default));
        await using (await WorkerInProcess.StartAsync(copy.Database, copy.Folder))
            await new Ledger(copy.Database.DataSource).EndedAsync(1);
        Assert.Equal(4, await copy.ScalarAsync<long>("SELECT count(*) FROM answers WHERE job_id = 1 AND NOT failed"));
        Assert.True(await copy.ScalarAsync<bool>(
            "SELECT node_count = (SELECT count(*) FROM nodes WHERE problem_id = 1) FROM searches WHERE problem_id = 1"));
        Assert.Empty(await copy.FaultyAsync());
        // Its new end counts from now on: nothing is due, and a later prune takes the new steps.
        await AgeAsync(copy, job: 1, days: 40);
        Assert.NotEqual(0, (await new NodePruning(copy.Database.DataSource).DueAsync(30, default))!.Steps);
    }

    [Fact]
    public async Task A_worker_prunes_by_itself()
    {
        await using var copy = await solved.CopyAsync();
        await AgeAsync(copy, job: 1, days: 31);
        using var meter = new Meter("test");
        using var worker = new RetentionWorker(
            copy.Database.DataSource, new Actor("worker w"), 30, TimeProvider.System, new(meter), NullLogger<RetentionWorker>.Instance);
        await worker.StartAsync(default);
        await Eventually.TrueAsync(async () => await StepsAsync(copy, 1) == 0);
        await worker.StopAsync(default);
    }

    static Task AgeAsync(SolvedCopy copy, int job, int days) =>
        copy.ExecuteAsync($"""
            UPDATE jobs SET finished_at = now() - interval '{days} days', nodes_pruned_at = nodes_pruned_at - interval '{days + 1} days'
            WHERE job_id = {job}
            """);

    static Task<long> StepsAsync(SolvedCopy copy, int job) =>
        copy.ScalarAsync<long>($"SELECT count(*) FROM nodes JOIN problems USING (problem_id) WHERE job_id = {job}");
}
