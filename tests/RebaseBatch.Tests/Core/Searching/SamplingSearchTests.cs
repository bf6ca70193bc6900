using RebaseBatch.Core.Searching;
using Xunit;

namespace RebaseBatch.Tests.Core.Searching;

[Fast]
public sealed class SamplingSearchTests
{
    const double Exhausted = double.NaN;

    [Fact]
    public void Every_open_chain_takes_one_step_a_wave_whatever_its_scores()
    {
        var planted = new PlantedTree(new SamplingSearch(4, scored: true)).Grow(0.1, -0.9, 0.9, 0.5);
        Assert.Equal([(1, 1), (3, 1), (4, 1)], planted.Next());
        Assert.Equal([(5, 1), (7, 1)], planted.Grow(0.1, Exhausted, 0.2).Next());
        Assert.Equal([(9, 1)], planted.Grow(-0.1, 0.2).Next());
        Assert.Empty(planted.Grow(-0.3).Next());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void As_many_chains_end_as_were_asked_for_scored_or_not(bool scored)
    {
        var tree = new ScriptedSearch(new SamplingSearch(20, scored), new(20, 80, 6), 5, finishing: 0.3).Run();
        Assert.Equal(20, tree.Nodes.Count(node => node.State != NodeState.Open));
        Assert.All(tree.Nodes, node => Assert.Equal(scored, node.Score is not null));
        Assert.All(tree.Nodes.Where(node => node.ParentNo != 0).GroupBy(node => node.ParentNo), children => Assert.Single(children));
    }
}
