using RebaseBatch.Contracts;
using RebaseBatch.Core.Searching;
using Xunit;

namespace RebaseBatch.Tests.Core.Searching;

[Fast]
public sealed class SparseScoringTests
{
    static SparseScoring Rebase(int width, int every) => new(new RebaseSearch(width, Allocation.Ceil, 0.1), every);

    [Fact]
    public void The_search_decides_at_scored_levels_and_every_step_between_gets_one_child()
    {
        var planted = new PlantedTree(Rebase(4, every: 2));
        Assert.Equal([(0, 4)], planted.Next());
        Assert.Equal([(1, 1), (2, 1), (3, 1), (4, 1)], planted.Grow(0.1, 0.9, 0.1, 0.1).Next());
        Assert.All(planted.Tree.Nodes, node => Assert.Null(node.Score));

        // The budget of four goes to 5, the best of the second level: e^(-8) of it is left for the others.
        Assert.Equal([(5, 4)], planted.Grow(0.9, 0.1, 0.1, 0.1).Next());
        Assert.All(planted.Tree.Nodes.Skip(4), node => Assert.NotNull(node.Score));
    }

    [Fact]
    public void What_ends_between_scored_levels_is_scored_and_leaves_the_budget()
    {
        var planted = new PlantedTree(Rebase(4, every: 3));
        Assert.Equal([(2, 1), (4, 1)], planted.Grow(-0.6, 0.5, double.NaN, 0.5).Next());
        Assert.Equal(0.6, planted.Tree[1].Score);
        Assert.Equal([(5, 1), (6, 1)], planted.Grow(0.5, 0.5).Next());
        Assert.Equal([(8, 2)], planted.Grow(0.1, 0.9).Next());
    }

    [Fact]
    public void A_beam_keeps_its_best_at_scored_levels_only()
    {
        var planted = new PlantedTree(new SparseScoring(new BeamSearch(4, 2), 2)).Grow(0.9, 0.9, 0.1, 0.1);
        Assert.Equal([(1, 1), (2, 1), (3, 1), (4, 1)], planted.Next());
        Assert.Equal([(7, 2), (8, 2)], planted.Grow(0.1, 0.2, 0.8, 0.9).Next());
    }

    [Fact]
    public void The_last_scored_step_of_a_path_stays_cached_for_the_reward_model()
    {
        var strategy = Rebase(2, every: 3);
        var planted = new PlantedTree(strategy).Grow(0.5, 0.5).Grow(0.5, 0.5).Grow(0.5, 0.5).Grow(0.5, 0.5);
        Assert.Equal(new HashSet<int> { 7, 8, 5, 6 }, strategy.StillNeeded(planted.Tree, strategy.NextWave(planted.Tree)));
    }
}
