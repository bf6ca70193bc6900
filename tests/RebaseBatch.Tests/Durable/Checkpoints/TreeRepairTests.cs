using RebaseBatch.Durable.Leases;
using Xunit;

namespace RebaseBatch.Tests.Durable.Checkpoints;

public sealed class TreeRepairTests(PostgresServer server) : StoreTest(server)
{
    [Fact]
    public async Task A_restart_deletes_the_steps_of_one_search_with_their_sums_and_is_counted_once()
    {
        var job = await EnqueueAsync(2);
        var lease = await ClaimOneAsync();
        var ids = (await Problems.LoadPendingAsync(lease, Ct)).Select(p => p.ProblemId).ToArray();
        foreach (var id in ids) Assert.True(await StoreAsync(lease, id, Node(1), Node(2)));

        Assert.True(await Checkpoints.RestartAsync(lease, ids[0], restarts: 1, Ct));
        Assert.True(await Checkpoints.RestartAsync(lease, ids[0], restarts: 1, Ct));

        var loaded = await Problems.LoadPendingAsync(lease, Ct);
        Assert.Equal([(0, 1, 0.0), (2, 0, 1.5)], loaded.Select(p => (p.StoredNodes.Count, p.Restarts, p.StoredSeconds)));
        Assert.Equal("0 0 0 2 3 2.25", await ScalarAsync<string>(
            "SELECT string_agg(node_count || ' ' || sampled_tokens || ' ' || device_seconds, ' ' ORDER BY problem_id) FROM searches"));
        Assert.Equal(1, (await ProgressAsync(job)).Restarts);
    }

    [Fact]
    public async Task A_lost_lease_and_another_batchs_lease_restart_nothing()
    {
        await EnqueueAsync(4);
        var (lease, other) = (await ClaimOneAsync(), await ClaimOneAsync());
        var problem = (await Problems.LoadPendingAsync(lease, Ct))[0].ProblemId;
        Assert.True(await StoreAsync(lease, problem, Node(1)));
        Assert.Equal(ReleaseState.Released, await Leases.ReleaseAsync(lease, Ct));
        var before = await ContentAsync();
        Assert.False(await Checkpoints.RestartAsync(lease, problem, restarts: 1, Ct));
        Assert.True(await Checkpoints.RestartAsync(other, problem, restarts: 1, Ct));
        Assert.Equal(before, await ContentAsync());
    }

    [Fact]
    public async Task Sums_that_are_not_those_of_the_steps_are_set_right_by_the_holder()
    {
        await EnqueueAsync(2);
        var lease = await ClaimOneAsync();
        var ids = (await Problems.LoadPendingAsync(lease, Ct)).Select(p => p.ProblemId).ToArray();
        foreach (var id in ids) Assert.True(await StoreAsync(lease, id, Node(1), Node(2)));
        Assert.Equal(0, await Checkpoints.RecountAsync(lease, Ct));
        var right = await ContentAsync();

        await ExecuteAsync("UPDATE searches SET node_count = 9, sampled_tokens = 9 WHERE problem_id = @id", new { id = ids[1] });
        Assert.Equal(1, await Checkpoints.RecountAsync(lease, Ct));
        Assert.Equal(right, await ContentAsync());
        await ExecuteAsync("DELETE FROM nodes WHERE problem_id = @id", new { id = ids[1] });
        Assert.Equal(1, await Checkpoints.RecountAsync(lease, Ct));
        Assert.Equal(2, await ScalarAsync<int>("SELECT sum(node_count)::int FROM searches"));
    }

    [Fact]
    public async Task A_retry_from_scratch_deletes_the_steps_of_what_is_searched_again_and_no_other()
    {
        var job = await EnqueueAsync(2);
        var lease = await ClaimOneAsync();
        var pending = await Problems.LoadPendingAsync(lease, Ct);
        foreach (var problem in pending) Assert.True(await StoreAsync(lease, problem.ProblemId, Node(1), Node(2)));
        Assert.True(await Results.CompleteAsync(lease, [Result(lease, pending[0]), Result(lease, pending[1], "broken")], Ct));

        Assert.Equal(1, await Jobs.RetryAsync(job, Ct, fromScratch: true));

        Assert.Empty(Assert.Single(await Problems.LoadPendingAsync(await ClaimOneAsync(), Ct)).StoredNodes);
        Assert.Equal(pending[0].ProblemId, await ScalarAsync<long>("SELECT DISTINCT problem_id FROM nodes"));
        Assert.Equal(pending[0].ProblemId, await ScalarAsync<long>("SELECT problem_id FROM searches"));
        Assert.Equal(1, await ScalarAsync<int>("SELECT answered FROM job_sums"));
    }

    [Fact]
    public async Task A_retry_keeps_the_steps()
    {
        var job = await EnqueueAsync(1);
        var lease = await ClaimOneAsync();
        var problem = Assert.Single(await Problems.LoadPendingAsync(lease, Ct));
        Assert.True(await StoreAsync(lease, problem.ProblemId, Node(1)));
        Assert.True(await Results.CompleteAsync(lease, [Result(lease, problem, "broken")], Ct));
        Assert.Equal(1, await Jobs.RetryAsync(job, Ct));
        Assert.Single(Assert.Single(await Problems.LoadPendingAsync(await ClaimOneAsync(), Ct)).StoredNodes);
    }
}
