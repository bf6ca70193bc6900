using System.Diagnostics.Metrics;
using Microsoft.Extensions.Logging.Abstractions;
using RebaseBatch.Core.Searching;
using RebaseBatch.Durable.Batches;
using RebaseBatch.Durable.Checkpoints;
using RebaseBatch.Durable.Leases;
using RebaseBatch.Durable.Results;
using Xunit;

namespace RebaseBatch.Tests.Durable.Checkpoints;

/// <summary>The database holds less than its worker stored, as after a failover to a replica that was behind.</summary>
public sealed class RewoundDatabaseTests(PostgresServer server) : StoreTest(server)
{
    [Fact]
    public async Task A_checkpoint_on_lost_steps_writes_nothing_and_says_what_is_missing()
    {
        var (lease, problem) = await StoredAsync(Node(1), Node(2));
        await LoseAsync(no: 2);
        var before = await ContentAsync();

        var fault = await Assert.ThrowsAsync<RewoundException>(() => AppendAsync(lease, new(problem, Node(3)), new(Nodes: 2, Restarts: 0)));

        Assert.Equal(
            $"the database has lost commits: problem {problem} has 1 stored steps, and this worker builds on 2", fault.Message);
        Assert.Equal(before, await ContentAsync());
    }

    [Fact]
    public async Task One_problem_with_lost_steps_keeps_the_whole_checkpoint_out()
    {
        await EnqueueAsync(2);
        var lease = await ClaimOneAsync();
        var ids = (await Problems.LoadPendingAsync(lease, Ct)).Select(p => p.ProblemId).ToArray();
        Assert.True(await StoreAsync(lease, ids[1], Node(1)));
        await LoseAsync(no: 1);
        var before = await ContentAsync();

        await Assert.ThrowsAsync<RewoundException>(() => Checkpoints.AppendAsync(lease, [new(ids[0], Node(1)), new(ids[1], Node(2))],
            new Dictionary<long, double>(), Ct, new Dictionary<long, StoredTree> { [ids[0]] = default, [ids[1]] = new(1, 0) }));

        Assert.Equal(before, await ContentAsync());
    }

    [Fact]
    public async Task A_checkpoint_of_unknown_outcome_is_sent_again_with_newer_steps()
    {
        var (lease, problem) = await StoredAsync(Node(1));
        // The first two were committed, and the worker did not learn of it.
        Assert.True(await AppendAsync(lease, new(problem, Node(2)), new(1, 0)));
        Assert.True(await Checkpoints.AppendAsync(lease, [new(problem, Node(2)), new(problem, Node(3, parent: 2))],
            new Dictionary<long, double> { [problem] = 1 }, Ct, new Dictionary<long, StoredTree> { [problem] = new(1, 0) }));
        Assert.Equal("3 3 0", await ScalarAsync<string>(
            "SELECT node_count || ' ' || (SELECT count(*) FROM nodes) || ' ' || repeated_steps FROM searches"));
    }

    [Fact]
    public async Task A_step_without_its_parent_is_not_stored()
    {
        var (lease, problem) = await StoredAsync(Node(1));
        await Assert.ThrowsAsync<RewoundException>(() => AppendAsync(lease, new(problem, Node(9, parent: 8)), new(1, 0)));
        Assert.Equal(1, await ScalarAsync<int>("SELECT count(*)::int FROM nodes"));
    }

    [Fact]
    public async Task A_writer_that_met_lost_steps_stores_nothing_more_though_the_next_server_has_them()
    {
        var (lease, problem) = await StoredAsync(Node(1), Node(2));
        using var meter = new Meter("test");
        using var writer = new CheckpointWriter(Checkpoints, lease, TimeSpan.FromHours(1), new(meter), TimeProvider.System,
            new("checkpoints", TimeProvider.System, NullLogger.Instance), NullLogger.Instance);
        writer.Begin(problem, new(2, 0));
        writer.Add(problem, Node(3));
        var whole = await ScalarAsync<string>("SELECT to_jsonb(n)::text FROM nodes n WHERE no = 2");
        await LoseAsync(no: 2);
        await Assert.ThrowsAsync<RewoundException>(() => writer.FlushAsync(Ct));
        await ExecuteAsync("INSERT INTO nodes SELECT * FROM jsonb_populate_record(NULL::nodes, @whole::jsonb)", new { whole });
        await ExecuteAsync("UPDATE searches SET node_count = 2");
        await Assert.ThrowsAsync<RewoundException>(() => writer.FlushAsync(Ct));
        Assert.Equal(2, await ScalarAsync<int>("SELECT count(*)::int FROM nodes"));
    }

    [Fact]
    public async Task An_answer_whose_steps_are_lost_is_not_committed()
    {
        var (lease, problem) = await StoredAsync(Node(1), Node(2));
        var pending = Assert.Single(await Problems.LoadPendingAsync(lease, Ct));
        var result = Of(Result(lease, pending), nodes: 2, sampled: 3, policy: 6, reward: 9);
        await LoseAsync(no: 2);
        var before = await ContentAsync();

        await Assert.ThrowsAsync<RewoundException>(() => Results.CompleteAsync(lease, [result], Ct));
        Assert.Equal(before, await ContentAsync());
        await Assert.ThrowsAsync<RewoundException>(() => Results.CancelAsync(lease, [result], Ct));
        Assert.Equal(before, await ContentAsync());

        // With all its steps it is.
        Assert.True(await StoreAsync(lease, problem, Node(2)));
        Assert.True(await Results.CompleteAsync(lease, [result], Ct));
    }

    [Fact]
    public async Task The_usage_of_an_error_is_that_of_the_stored_steps()
    {
        var (lease, _) = await StoredAsync(Node(1), Node(2));
        var pending = Assert.Single(await Problems.LoadPendingAsync(lease, Ct));
        var result = Of(Result(lease, pending, "broken"), nodes: 1, sampled: 1, policy: 2, reward: 3);
        Assert.True(await Results.CompleteAsync(lease, [result], Ct));
        Assert.Equal("2 3 6 9 9", await ScalarAsync<string>("""
            SELECT nodes || ' ' || policy_sampled_tokens || ' ' || policy_evaluated_tokens || ' ' || reward_evaluated_tokens || ' ' ||
                reward_discarded_tokens FROM usage
            """));
    }

    [Fact]
    public async Task Usage_without_the_cached_tokens_of_the_stored_steps_is_not_committed()
    {
        var cost = Node(1).Cost;
        var (lease, _) = await StoredAsync(Node(1) with { Cost = cost with { Policy = cost.Policy with { Cached = 4 } } });
        var pending = Assert.Single(await Problems.LoadPendingAsync(lease, Ct));
        var result = Of(Result(lease, pending), nodes: 1, sampled: 1, policy: 2, reward: 3);
        await Assert.ThrowsAsync<RewoundException>(() => Results.CompleteAsync(lease, [result], Ct));

        var whole = result with { Usage = result.Usage with { Policy = result.Usage.Policy with { CachedTokens = 4 } } };
        Assert.True(await Results.CompleteAsync(lease, [whole], Ct));
        Assert.Equal(4, await ScalarAsync<long>("SELECT policy_cached_tokens FROM usage"));
    }

    [Fact]
    public async Task A_batch_given_back_after_lost_commits_counts_no_attempt_until_that_happens_too_often()
    {
        await EnqueueAsync(1);
        for (var time = 1; time <= BatchTransitions.MostRewinds; time++)
        {
            var lease = await ClaimOneAsync();
            Assert.Equal(1, lease.Attempt);
            Assert.Equal(ReleaseState.Released, await Leases.ReleaseAsync(lease, ReleaseReason.Rewound, Ct));
        }

        Assert.Equal(ReleaseState.Lost, await Leases.ReleaseAsync(await ClaimOneAsync(), ReleaseReason.Rewound, Ct));
        Assert.Equal(BatchTransitions.MostRewinds, (await ProgressAsync(await ScalarAsync<long>("SELECT job_id FROM jobs"))).Rewinds);
    }

    async Task<(BatchLease Lease, long Problem)> StoredAsync(params SearchNode[] nodes)
    {
        await EnqueueAsync(1);
        var lease = await ClaimOneAsync();
        var problem = Assert.Single(await Problems.LoadPendingAsync(lease, Ct)).ProblemId;
        Assert.True(await StoreAsync(lease, problem, nodes));
        return (lease, problem);
    }

    Task<bool> AppendAsync(BatchLease lease, CheckpointEntry step, StoredTree builtOn) => Checkpoints.AppendAsync(
        lease, [step], new Dictionary<long, double> { [step.ProblemId] = 1 }, Ct,
        new Dictionary<long, StoredTree> { [step.ProblemId] = builtOn });

    /// <summary>Takes a step back with what its checkpoint added to the sums.</summary>
    Task LoseAsync(int no) => ExecuteAsync("""
        UPDATE searches s SET node_count = node_count - 1, sampled_tokens = sampled_tokens - n.sampled
        FROM nodes n WHERE n.problem_id = s.problem_id AND n.no = @no;
        DELETE FROM nodes WHERE no = @no;
        """, new { no });

    static ProblemResult Of(ProblemResult result, int nodes, long sampled, long policy, long reward) => result with
    {
        SumsStoredSteps = true,
        Usage = result.Usage with
        {
            Nodes = nodes,
            Policy = result.Usage.Policy with { SampledTokens = sampled, EvaluatedTokens = policy, ReencodedTokens = sampled },
            Reward = result.Usage.Reward! with { EvaluatedTokens = reward, ReencodedTokens = policy },
        },
    };
}
