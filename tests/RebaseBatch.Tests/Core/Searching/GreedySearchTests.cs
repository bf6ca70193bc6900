using RebaseBatch.Contracts;
using RebaseBatch.Core.Searching;
using Xunit;

namespace RebaseBatch.Tests.Core.Searching;

[Fast]
public sealed class GreedySearchTests
{
    [Theory]
    [InlineData(0.0, nameof(NodeState.Exhausted))]
    [InlineData(1.0, nameof(NodeState.Finished))]
    public void One_unscored_chain_runs_until_its_solution_ends(double finishing, string end)
    {
        var tree = new ScriptedSearch(new GreedySearch(), new(10, 1000, 5), 1, finishing).Run();
        Assert.Equal(end, tree.Nodes[^1].State.ToString());
        Assert.Equal(finishing == 0 ? 5 : 1, tree.Nodes.Count);
        Assert.All(tree.Nodes, node => Assert.Equal((node.No - 1, 0, (double?)null), (node.ParentNo, node.ChildIndex, node.Score)));
    }

    [Fact]
    public void A_spec_names_its_strategy()
    {
        var greedy = StrategyFactory.Create(new() { Policy = "p", Strategy = SearchStrategy.Greedy, Width = 1 });
        var rebase = StrategyFactory.Create(new() { Policy = "p", Reward = "r", Width = 7 });
        Assert.Equal((false, 1), (greedy.NeedsReward, greedy.NextWave(new()).Count));
        Assert.Equal((true, 7), (rebase.NeedsReward, rebase.NextWave(new()).Count));
        Assert.Throws<ArgumentOutOfRangeException>(() => StrategyFactory.Create(new() { Policy = "p", Strategy = (SearchStrategy)99 }));
    }
}
