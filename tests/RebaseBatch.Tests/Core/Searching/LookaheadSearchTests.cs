using RebaseBatch.Core.Searching;
using Xunit;

namespace RebaseBatch.Tests.Core.Searching;

[Fast]
public sealed class LookaheadSearchTests
{
    [Fact]
    public void Candidates_are_kept_by_the_end_of_their_rollouts_and_the_rollouts_are_not_continued()
    {
        var planted = new PlantedTree(new LookaheadSearch(width: 4, beamWidth: 2, steps: 2));
        Assert.Equal([(0, 4)], planted.Next());

        // Of four candidates two are kept: each is rolled out, one step in each wave.
        Assert.Equal([(1, 1), (2, 1), (3, 1), (4, 1)], planted.Grow(0.9, 0.9, 0.1, 0.1).Next());
        Assert.Equal([(5, 1), (6, 1), (7, 1), (8, 1)], planted.Grow(0.9, 0.9, 0.1, 0.1).Next());

        // Their own scores and those on the way count for nothing: the ends of 3 and 4 are the best.
        Assert.Equal([(3, 2), (4, 2)], planted.Grow(0.2, 0.3, 0.8, 0.7).Next());
        Assert.All(planted.Tree.Nodes.Take(8), node => Assert.Null(node.Score));
        Assert.All(planted.Tree.Nodes.Skip(4).Take(4), node => Assert.Equal(NodeState.Rollout, node.State));
        Assert.All(planted.Tree.Nodes.Skip(8), node => Assert.Equal(NodeState.RolloutEnd, node.State));
    }

    [Fact]
    public void A_rollout_that_ends_early_is_scored_there_and_ends_no_solution()
    {
        var planted = new PlantedTree(new LookaheadSearch(4, 4, steps: 3)).Grow(0.5, 0.5, 0.5, 0.5);

        // 5 ends a text, 6 is at a limit: the rollouts of 3 and 4 go on.
        Assert.Equal([(7, 1), (8, 1)], planted.Grow(-0.9, double.NaN, 0.5, 0.5).Next());
        Assert.Equal((NodeState.RolloutEnd, 0.9), (planted.Tree[5].State, planted.Tree[5].Score));
        Assert.Equal((NodeState.RolloutEnd, (double?)null), (planted.Tree[6].State, planted.Tree[6].Score));
        Assert.Equal([(1, 4)], planted.Grow(0.5, 0.5).Grow(0.1, 0.2).Next());
    }

    [Fact]
    public void A_finished_candidate_is_scored_leaves_its_place_and_is_not_rolled_out()
    {
        var planted = new PlantedTree(new LookaheadSearch(4, 2, steps: 1));
        Assert.Equal([(2, 1), (3, 1), (4, 1)], planted.Grow(-0.7, 0.5, 0.5, 0.5).Next());
        Assert.Equal(0.7, planted.Tree[1].Score);

        // Three places, two kept: the second gets the one that is left.
        Assert.Equal([(2, 1), (4, 2)], planted.Grow(0.4, 0.1, 0.6).Next());
    }

    [Fact]
    public void Where_nothing_is_to_be_chosen_nothing_is_rolled_out()
    {
        // With M = 1 every node is kept, and so is the only one that is open.
        Assert.Equal([(1, 1), (2, 1)], new PlantedTree(new LookaheadSearch(2, 1, steps: 5)).Grow(0.5, 0.5).Next());
        Assert.Equal([(2, 1)], new PlantedTree(new LookaheadSearch(2, 2, steps: 5)).Grow(-0.5, 0.5).Next());
    }

    [Fact]
    public void The_searchs_own_children_come_after_the_rollout_and_only_rollouts_are_of_that_role()
    {
        var strategy = new LookaheadSearch(4, 2, steps: 1);
        var planted = new PlantedTree(strategy).Grow(0.5, 0.5, 0.5, 0.5);
        Assert.All(strategy.NextWave(planted.Tree), step => Assert.Equal((0, StepRole.LastOfRollout), (step.ChildIndex, step.Role)));
        planted.Grow(0.1, 0.2, 0.3, 0.4);
        Assert.Equal([(3, 1), (3, 2), (4, 1), (4, 2)], strategy.NextWave(planted.Tree).Select(step => (step.ParentNo, step.ChildIndex)));
        Assert.All(strategy.NextWave(planted.Tree), step => Assert.Equal(StepRole.Unscored, step.Role));
    }

    [Fact]
    public void The_reward_models_text_of_what_is_kept_stays_cached_until_the_next_rollouts_are_read()
    {
        var strategy = new LookaheadSearch(4, 2, steps: 1);
        var planted = new PlantedTree(strategy).Grow(0.5, 0.5, 0.5, 0.5).Grow(0.1, 0.2, 0.3, 0.4);
        Assert.Superset(new HashSet<int> { 3, 4, 7, 8 }, Needed()); // 7 and 8 are the rollouts of 3 and 4
        planted.Grow(0.5, 0.5, 0.5, 0.5);
        Assert.Superset(new HashSet<int> { 7, 8, 9, 10, 11, 12 }, Needed());
        Assert.DoesNotContain(5, Needed());

        // The rollout of 1 ends before the others: its text is still continued if 1 is kept.
        strategy = new(4, 2, steps: 2);
        planted = new PlantedTree(strategy).Grow(0.5, 0.5, 0.5, 0.5).Grow(-0.5, 0.5, 0.5, 0.5);
        Assert.Superset(new HashSet<int> { 1, 2, 3, 4, 5 }, Needed());

        HashSet<int> Needed() => [.. strategy.StillNeeded(planted.Tree, strategy.NextWave(planted.Tree))];
    }
}
