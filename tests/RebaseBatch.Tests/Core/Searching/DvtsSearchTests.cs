using FsCheck;
using FsCheck.Fluent;
using RebaseBatch.Core.Searching;
using Xunit;

namespace RebaseBatch.Tests.Core.Searching;

[Fast]
public sealed class DvtsSearchTests
{
    static readonly SearchLimits s_limits = new(MaxStepTokens: 20, MaxSolutionTokens: 80, MaxDepth: 6);

    static readonly Gen<(int Subtrees, int BeamWidth, int Seed, double Finishing)> s_search =
        from subtrees in Gen.Choose(1, 8)
        from beamWidth in Gen.Choose(1, 6)
        from seed in Gen.Choose(0, int.MaxValue)
        from finishing in Gen.Elements(0.0, 0.2, 0.6)
        select (subtrees, beamWidth, seed, finishing);

    [Fact]
    public void Each_subtree_continues_its_own_best_step_with_the_places_it_has_left()
    {
        // N = 6, M = 3: the subtrees 1-3 and 4-6. The second's best is worse than all of the first, and is kept all the same.
        var planted = new PlantedTree(new DvtsSearch(6, 3)).Grow(0.7, 0.9, 0.8, 0.1, 0.3, 0.2);
        Assert.Equal([(2, 3), (5, 3)], planted.Next());

        // The first subtree (7-9) finishes its best step 8 and goes on with 9; in the second (10-12) one is exhausted.
        planted.Grow(0.1, -0.9, 0.6, 0.5, double.NaN, 0.4);
        Assert.Equal([(9, 2), (10, 2)], planted.Next());

        // The first subtree is over, and its places stay its own.
        planted.Grow(-0.9, -0.8, 0.2, 0.3);
        Assert.Equal([(16, 2)], planted.Next());
        Assert.Empty(planted.Grow(-0.1, -0.1).Next());
    }

    [Fact]
    public void Of_equal_rewards_the_later_born_is_kept() =>
        Assert.Equal([(2, 2), (4, 2)], new PlantedTree(new DvtsSearch(4, 2)).Grow(0.5, 0.5, 0.5, 0.5).Next());

    [Fact]
    public void Subtrees_never_mix() => Check(drawn =>
    {
        var tree = new ScriptedSearch(new DvtsSearch(drawn.Subtrees * drawn.BeamWidth, drawn.BeamWidth), s_limits, drawn.Seed,
            drawn.Finishing).Run();
        var bySubtree = tree.Nodes.GroupBy(node => tree.Path(node.No)[0].ChildIndex / drawn.BeamWidth).ToArray();
        return bySubtree.Length == drawn.Subtrees && bySubtree.All(subtree =>
            subtree.Count(node => node.State != NodeState.Open) == drawn.BeamWidth
            && subtree.Where(node => node.Depth > 1).GroupBy(node => node.Depth)
            .All(level => level.Select(node => node.ParentNo).Distinct().Count() == 1));
    });

    [Fact]
    public void A_single_subtree_is_a_beam_as_wide_as_the_search() => Check(drawn =>
        Run(new DvtsSearch(drawn.BeamWidth, drawn.BeamWidth), drawn)
            .SequenceEqual(Run(new BeamSearch(drawn.BeamWidth, drawn.BeamWidth), drawn)));

    static IEnumerable<(int, int, NodeState)> Run(ISearchStrategy strategy,
        (int Subtrees, int BeamWidth, int Seed, double Finishing) drawn) =>
        new ScriptedSearch(strategy, s_limits, drawn.Seed, drawn.Finishing).Run().Nodes.Select(
            node => (node.ParentNo, node.ChildIndex, node.State));

    static void Check(Func<(int Subtrees, int BeamWidth, int Seed, double Finishing), bool> holds) =>
        Prop.ForAll(s_search.ToArbitrary(), holds).Check(Config.QuickThrowOnFailure.WithMaxTest(200));
}
