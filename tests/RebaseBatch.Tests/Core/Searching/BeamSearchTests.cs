using FsCheck;
using FsCheck.Fluent;
using RebaseBatch.Core.Searching;
using Xunit;

namespace RebaseBatch.Tests.Core.Searching;

[Fast]
public sealed class BeamSearchTests
{
    static readonly SearchLimits s_limits = new(MaxStepTokens: 20, MaxSolutionTokens: 80, MaxDepth: 6);

    static readonly Gen<(int Width, int BeamWidth, int Seed, double Finishing)> s_search =
        from beamWidth in Gen.Choose(1, 8)
        from more in Gen.Choose(0, 24)
        from seed in Gen.Choose(0, int.MaxValue)
        from finishing in Gen.Elements(0.0, 0.2, 0.6)
        select (beamWidth + more, beamWidth, seed, finishing);

    [Fact]
    public void The_best_of_each_level_are_kept_and_share_the_places_that_ended_solutions_left()
    {
        // N = 6, M = 2: six places, three kept.
        var planted = new PlantedTree(new BeamSearch(6, 2)).Grow(0.3, 0.9, 0.1, 0.8, 0.2, 0.7);
        Assert.Equal([(2, 2), (4, 2), (6, 2)], planted.Next());

        // Nodes 7 and 11 finish, 8 is exhausted: three places for the open 9, 10 and 12. Two are kept, the second for the one place left
        // over.
        planted.Grow(-1.0, double.NaN, 0.4, 0.5, -0.9, 0.6);
        Assert.Equal([(10, 1), (12, 2)], planted.Next());

        planted.Grow(0.9, -0.2, -0.3);
        Assert.Equal([(13, 1)], planted.Next());
        Assert.Empty(planted.Grow(-0.9).Next());
    }

    [Fact]
    public void The_order_is_by_the_last_steps_reward_alone()
    {
        // Node 2's path began worse than node 1's, its children are better.
        var planted = new PlantedTree(new BeamSearch(4, 2)).Grow(0.9, 0.5, 0.1, 0.1);
        Assert.Equal([(1, 2), (2, 2)], planted.Next());
        Assert.Equal([(7, 2), (8, 2)], planted.Grow(0.1, 0.2, 0.6, 0.7).Next());
    }

    [Fact]
    public void Of_equal_rewards_the_later_born_is_kept_and_an_unscored_step_only_when_nothing_else_is_left()
    {
        Assert.Equal([(3, 2), (4, 2)], new PlantedTree(new BeamSearch(4, 2)).Grow(0.5, 0.5, 0.5, 0.5).Next());

        var tree = new SearchTree();
        double?[] scores = [0.0, null, 0.1, double.NaN];
        foreach (var score in scores)
            tree.Add(new()
            {
                No = tree.NextNo, ParentNo = 0, Depth = 1, ChildIndex = tree.NextNo - 1, State = NodeState.Open, Tokens = [], Text = "",
                Score = score,
            });
        Assert.Equal([1, 1, 3, 3], new BeamSearch(4, 2).NextWave(tree).Select(step => step.ParentNo));
        Assert.Equal([4, 4], new BeamSearch(4, 2).NextWave(Without(tree, 1, 3)).Select(step => step.ParentNo));
    }

    [Fact]
    public void Exactly_the_width_ends() => Check(drawn =>
        Run(new BeamSearch(drawn.Width, drawn.BeamWidth), drawn).Nodes.Count(node => node.State != NodeState.Open) == drawn.Width);

    [Fact]
    public void No_kept_node_is_worse_than_one_that_was_dropped() => Check(drawn =>
    {
        var tree = Run(new BeamSearch(drawn.Width, drawn.BeamWidth), drawn);
        var parents = tree.Nodes.Select(node => node.ParentNo).ToHashSet();
        return tree.Nodes.Where(node => node.State == NodeState.Open).GroupBy(node => node.Depth).All(level =>
        {
            var kept = level.Where(node => parents.Contains(node.No)).ToArray();
            var dropped = level.Where(node => !parents.Contains(node.No)).ToArray();
            return kept.Length == (level.Count() + drawn.BeamWidth - 1) / drawn.BeamWidth
                && (dropped.Length == 0 || dropped.Max(node => node.Score) <= kept.Min(node => node.Score));
        });
    });

    [Fact]
    public void With_one_child_a_beam_it_is_sampling() => Check(drawn =>
        Shape(Run(new BeamSearch(drawn.Width, 1), drawn)).SequenceEqual(Shape(Run(new SamplingSearch(drawn.Width, scored: true), drawn))));

    static void Check(Func<(int Width, int BeamWidth, int Seed, double Finishing), bool> holds) =>
        Prop.ForAll(s_search.ToArbitrary(), holds).Check(Config.QuickThrowOnFailure.WithMaxTest(200));

    static SearchTree Run(ISearchStrategy strategy, (int Width, int BeamWidth, int Seed, double Finishing) drawn) =>
        new ScriptedSearch(strategy, s_limits, drawn.Seed, drawn.Finishing).Run();

    static IEnumerable<(int, int, NodeState)> Shape(SearchTree tree) =>
        tree.Nodes.Select(node => (node.ParentNo, node.ChildIndex, node.State));

    static SearchTree Without(SearchTree tree, params int[] exhausted)
    {
        var other = new SearchTree();
        foreach (var node in tree.Nodes) other.Add(exhausted.Contains(node.No) ? node with { State = NodeState.Exhausted } : node);
        return other;
    }
}
