using Dapper;
using RebaseBatch.Core.Searching;
using RebaseBatch.Durable.Batches;
using RebaseBatch.Durable.Checkpoints;
using RebaseBatch.Durable.Leases;
using Xunit;

namespace RebaseBatch.Tests.Durable.Checkpoints;

public sealed class CheckpointStoreTests(PostgresServer server) : StoreTest(server)
{
    [Fact]
    public async Task Stored_steps_come_back_to_the_next_holder_as_they_were()
    {
        var job = await EnqueueAsync(2);
        var lease = await ClaimOneAsync();
        var ids = (await Problems.LoadPendingAsync(lease, Ct)).Select(p => p.ProblemId).ToArray();
        SearchNode[] first =
        [
            Node(1) with { Tokens = [] },
            Node(2, score: null, text: "naïve π 𝄞 \\ \" {1,2}"),
            Node(3, parent: 1, score: 1e-300) with { State = NodeState.Finished, Depth = 2, Text = "" },
            Node(4, parent: 2) with { State = NodeState.Exhausted, Tokens = [int.MaxValue, 0, -1] },
        ];
        SearchNode[] second = [Node(1, score: 1.0 / 3)];
        var entries = first.Select(n => new CheckpointEntry(ids[0], n)).Concat(second.Select(n => new CheckpointEntry(ids[1], n)));
        // In any order, as steps of many searches finish.
        Assert.True(await Checkpoints.AppendAsync(lease, [.. entries.Reverse()],
            new Dictionary<long, double> { [ids[0]] = 1.25, [ids[1]] = 0.5 }, Ct));
        Assert.Equal(ReleaseState.Released, await Leases.ReleaseAsync(lease, Ct));

        var loaded = await Problems.LoadPendingAsync(await ClaimOneAsync(), Ct);
        Assert.Equal([0, 1], loaded.Select(p => p.Ordinal));
        Assert.Equal([Problem(0), Problem(1)], loaded.Select(p => p.Spec));
        Assert.Equivalent(first, loaded[0].StoredNodes, strict: true);
        Assert.Equivalent(second, loaded[1].StoredNodes, strict: true);
        Assert.Equal([1.25, 0.5], loaded.Select(p => p.StoredSeconds));
        var progress = await ProgressAsync(job);
        Assert.Equal((5L, 11L, 1.75), (progress.Nodes, progress.SampledTokens, progress.SearchSeconds));
    }

    [Fact]
    public async Task A_checkpoint_sent_again_adds_nothing()
    {
        await EnqueueAsync(2);
        var lease = await ClaimOneAsync();
        var problem = (await Problems.LoadPendingAsync(lease, Ct))[0];
        Assert.True(await StoreAsync(lease, problem.ProblemId, Node(1), Node(2)));
        var before = await ContentAsync();
        Assert.True(await StoreAsync(lease, problem.ProblemId, Node(1), Node(2)));
        Assert.Equal(before, await ContentAsync());

        // Partly new: the new step counts, and so do the seconds.
        Assert.True(await StoreAsync(lease, problem.ProblemId, Node(2), Node(3)));
        Assert.Equal("3 6 3",
            await ScalarAsync<string>("SELECT node_count || ' ' || sampled_tokens || ' ' || active_seconds FROM searches"));
    }

    [Fact]
    public async Task Seconds_without_a_step_are_added()
    {
        await EnqueueAsync(1);
        var lease = await ClaimOneAsync();
        var problem = (await Problems.LoadPendingAsync(lease, Ct))[0];
        Assert.True(await StoreAsync(lease, problem.ProblemId));
        Assert.True(await StoreAsync(lease, problem.ProblemId));
        Assert.Equal(3.0, (await Problems.LoadPendingAsync(lease, Ct))[0].StoredSeconds);
    }

    [Fact]
    public async Task A_step_without_seconds_is_stored()
    {
        await EnqueueAsync(1);
        var lease = await ClaimOneAsync();
        var problem = (await Problems.LoadPendingAsync(lease, Ct))[0];
        Assert.True(await Checkpoints.AppendAsync(lease, [new(problem.ProblemId, Node(1))], new Dictionary<long, double>(), Ct));
        Assert.Single((await Problems.LoadPendingAsync(lease, Ct))[0].StoredNodes);
        Assert.Equal(1, await ScalarAsync<int>("SELECT node_count FROM searches"));
    }

    [Fact]
    public async Task Text_with_a_zero_character_is_stored_with_a_replacement()
    {
        await EnqueueAsync(1);
        var lease = await ClaimOneAsync();
        var problem = (await Problems.LoadPendingAsync(lease, Ct))[0];
        Assert.True(await StoreAsync(lease, problem.ProblemId, Node(1, text: "a\0b")));
        Assert.Equal("a\uFFFDb", (await Problems.LoadPendingAsync(lease, Ct))[0].StoredNodes[0].Text);
    }

    [Fact]
    public async Task A_lease_stores_no_step_for_another_batchs_problem()
    {
        await EnqueueAsync(4);
        var lease = await ClaimOneAsync();
        var other = (await Problems.LoadPendingAsync(await ClaimOneAsync(), Ct))[0];
        Assert.True(await StoreAsync(lease, other.ProblemId, Node(1)));
        Assert.Equal(0, await ScalarAsync<int>("SELECT (SELECT count(*) FROM nodes) + (SELECT count(*) FROM searches)"));
    }

    [Fact]
    public async Task A_checkpoint_that_races_a_takeover_is_seen_by_the_new_holder_or_writes_nothing()
    {
        var stored = 0;
        for (var round = 0; round < 60; round++)
        {
            await EnqueueAsync(1);
            var old = await ClaimOneAsync(RunOut);
            var problem = Assert.Single(await Problems.LoadPendingAsync(old, Ct));
            var storing = Task.Run(() => StoreAsync(old, problem.ProblemId, Node(1)), Ct);
            var takingOver = Task.Run(async () =>
            {
                Assert.Equal(1, await Leases.ReapAsync(Ct));
                // The late checkpoint may lock the batch's row until it finds that it is late; meanwhile a claim skips the row.
                IReadOnlyList<BatchLease> leases = [];
                while (leases.Count == 0) leases = await Leases.ClaimAsync("heir", 1, Ttl, Ct);
                var lease = leases[0];
                return (lease, Assert.Single(await Problems.LoadPendingAsync(lease, Ct)).StoredNodes.Count);
            }, Ct);
            var expected = await storing ? 1 : 0;
            var (lease, count) = await takingOver;
            Assert.Equal((old.BatchId, expected), (lease.BatchId, count));
            Assert.True(await CompleteAsync(lease));
            stored += expected;
        }
        TestContext.Current.TestOutputHelper?.WriteLine($"{stored} of 60 came in time");
    }

    [Fact]
    public async Task A_checkpoint_waits_for_a_takeover_under_way_and_then_writes_nothing()
    {
        await EnqueueAsync(1);
        var lease = await ClaimOneAsync();
        var problem = Assert.Single(await Problems.LoadPendingAsync(lease, Ct));
        await using var other = await Database.DataSource.OpenConnectionAsync(Ct);
        await using var takeover = await other.BeginTransactionAsync(Ct);
        await other.ExecuteAsync("UPDATE batches SET state = 'retryable', lease_owner = NULL, lease_until = NULL");

        var storing = StoreAsync(lease, problem.ProblemId, Node(1));
        await UntilBlockedAsync(storing);
        await takeover.CommitAsync(Ct);

        Assert.False(await storing);
        Assert.Equal(0, await ScalarAsync<int>("SELECT (SELECT count(*) FROM nodes) + (SELECT count(*) FROM searches)"));
    }

    [Fact]
    public async Task A_takeover_waits_for_a_checkpoint_under_way_and_its_steps_reach_the_new_holder()
    {
        await EnqueueAsync(1);
        var lease = await ClaimOneAsync(RunOut);
        var problem = Assert.Single(await Problems.LoadPendingAsync(lease, Ct));
        await using var other = await Database.DataSource.OpenConnectionAsync(Ct);
        await using var obstacle = await other.BeginTransactionAsync(Ct);
        // An uncommitted row of the same key stops the checkpoint in its middle, with the batch locked.
        await other.ExecuteAsync("""
            INSERT INTO nodes (problem_id, no, parent_no, depth, child_index, state,
                sampled, policy_evaluated, reward_evaluated, lease_epoch, tokens, text)
            SELECT problem_id, 1, 0, 1, 0, 0, 0, 0, 0, 0, '{}', '' FROM problems
            """);

        var storing = StoreAsync(lease, problem.ProblemId, Node(1));
        await UntilBlockedAsync(storing);
        var reaping = Leases.ReapAsync(Ct);
        await UntilBlockedAsync(reaping, count: 2);
        await obstacle.RollbackAsync(Ct);

        Assert.True(await storing);
        Assert.Equal(1, await reaping);
        Assert.Single(Assert.Single(await Problems.LoadPendingAsync(await ClaimOneAsync(), Ct)).StoredNodes);
    }

    async Task UntilBlockedAsync(Task task, int count = 1)
    {
        var deadline = DateTime.UtcNow.AddSeconds(30);
        while (await ScalarAsync<int>(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'") < count)
        {
            Assert.False(task.IsCompleted, "it did not wait");
            Assert.True(DateTime.UtcNow < deadline, "it never came to wait");
        }
    }
}
