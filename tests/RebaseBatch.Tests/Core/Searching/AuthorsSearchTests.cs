using RebaseBatch.Contracts;
using RebaseBatch.Core.Searching;
using Xunit;

namespace RebaseBatch.Tests.Core.Searching;

[Fast]
public sealed class AuthorsSearchTests
{
    static SearchTree Level(params (NodeState State, double? Score)[] nodes)
    {
        var tree = new SearchTree();
        foreach (var (state, score) in nodes)
            tree.Add(new()
            {
                No = tree.NextNo, ParentNo = 0, ChildIndex = tree.Nodes.Count, Depth = 1, State = state, Score = score,
                Tokens = [], Text = "",
            });
        return tree;
    }

    static ISearchStrategy Search(int width, double temperature = 0.2) =>
        StrategyFactory.Create(new()
        {
            Policy = "p", Reward = "r", Preset = Preset.Authors, Width = width, BalanceTemperature = temperature,
        });

    static IEnumerable<(int Parent, int Children)> Families(IReadOnlyList<PlannedStep> wave) =>
        wave.GroupBy(step => step.ParentNo).Select(family => (family.Key, family.Count()));

    [Fact]
    public void A_dropped_node_gives_its_place_back_and_a_leaf_keeps_its_own()
    {
        var tree = Level((NodeState.Open, 0.5), (NodeState.Dropped, null), (NodeState.Finished, 0.9), (NodeState.Dropped, null));
        Assert.Equal([(1, 3)], Families(Search(4).NextWave(tree)));
    }

    [Fact]
    public void A_level_without_candidates_ends_the_search_whatever_is_left_of_the_width()
    {
        Assert.Empty(Search(4)
            .NextWave(Level((NodeState.Dropped, null), (NodeState.Dropped, null), (NodeState.Finished, 0.5), (NodeState.Dropped, null))));
        Assert.Empty(Search(2).NextWave(Level((NodeState.Finished, 0.5), (NodeState.Finished, 0.5), (NodeState.Open, 0.5))));
    }

    [Fact]
    public void Children_are_born_in_the_order_in_which_their_parents_are_served()
    {
        var tree = Level((NodeState.Open, 0.5), (NodeState.Open, 0.9), (NodeState.Open, 0.1), (NodeState.Open, 0.8));
        Assert.Equal([(2, 10), (4, 5), (1, 1)], Families(Search(16).NextWave(tree)));
        // The default numbers them by their parents.
        Assert.Equal([1, 2, 4], new RebaseSearch(16, Allocation.Ceil, 0.2).NextWave(tree).Select(step => step.ParentNo).Distinct());
    }

    [Fact]
    public void Their_arithmetic_deals_the_width_and_not_the_exact_one()
    {
        var random = RandomStream.ForSearch(1, 1);
        var waves = Enumerable.Range(0, 2000).Select(call =>
            Search(64).NextWave(
                Level([.. Enumerable.Range(0, 4).Select(i => (NodeState.Open, (double?)random.NextDouble((call * 4) + i)))])).Count)
                    .ToList();
        Assert.Contains(65, waves);
        Assert.DoesNotContain(waves, count => count is < 64 or > 65);
    }

    [Fact]
    public void The_papers_rounding_can_still_be_asked_for()
    {
        var search = StrategyFactory.Create(new()
        {
            Policy = "p", Reward = "r", Preset = Preset.Authors, Width = 4, Allocation = Allocation.Round,
        });
        Assert.Equal([(3, 1), (2, 1), (1, 1)],
            Families(search.NextWave(Level((NodeState.Open, 0.5), (NodeState.Open, 0.5), (NodeState.Open, 0.5)))));
    }

    [Fact]
    public void Only_rebase_has_the_preset() => Assert.All(Enum.GetValues<SearchStrategy>(), strategy =>
        Assert.Equal(strategy is not SearchStrategy.Rebase,
            new JobSpec { Policy = "p", Reward = "r", Strategy = strategy, Preset = Preset.Authors }.Faults()
                .Any(fault => fault.StartsWith("preset:", StringComparison.Ordinal))));
}
