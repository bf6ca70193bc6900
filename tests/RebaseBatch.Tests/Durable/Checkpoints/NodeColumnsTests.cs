using RebaseBatch.Core.Searching;
using Xunit;

namespace RebaseBatch.Tests.Durable.Checkpoints;

public sealed class NodeColumnsTests(PostgresServer server) : StoreTest(server)
{
    [Fact]
    public async Task Every_column_of_a_node_holds_what_its_name_says()
    {
        await EnqueueAsync(1);
        var lease = await ClaimOneAsync();
        var problem = Assert.Single(await Problems.LoadPendingAsync(lease, Ct)).ProblemId;
        var node = new SearchNode
        {
            No = 9, ParentNo = 8, Depth = 7, ChildIndex = 6, State = NodeState.Finished, Score = 0.5, Tokens = [41, 42], Text = "a step",
            Embedding = [(Half)0.5f, (Half)0.25f],
            Cost = new(10, new(11, 12, 1.5) { Cached = 15 }, new(13, 14, 2.5) { Cached = 16 }) { Embedding = new(17, 0, 3.5) },
        };
        Assert.True(await StoreAsync(lease, problem, node));

        var stored = (await ScalarAsync<string>("""
            SELECT string_agg(key || ' ' || value, E'\n' ORDER BY key COLLATE "C")
            FROM nodes n, jsonb_each_text(to_jsonb(n) - 'created_at' - 'problem_id')
            """)).Split('\n');
        Assert.Equal(
        [
            "child_index 6", "depth 7", @"embedding \x00380034", "embedding_evaluated 17", "embedding_seconds 3.5", "lease_epoch 1", "no 9",
            "parent_no 8", "policy_cached 15", "policy_evaluated 11", "policy_reencoded 12", "policy_seconds 1.5", "reward_cached 16",
            "reward_evaluated 13", "reward_reencoded 14", "reward_seconds 2.5", "sampled 10", "score 0.5", "state 1", "text a step",
            "tokens [41, 42]",
        ], stored);
        Assert.Equivalent(node, Assert.Single(Assert.Single(await Problems.LoadPendingAsync(lease, Ct)).StoredNodes), strict: true);
    }
}
