using FsCheck;
using FsCheck.Fluent;
using RebaseBatch.Core.Searching;
using Xunit;

namespace RebaseBatch.Tests.Core.Searching;

[Fast]
public sealed class MctsSearchTests
{
    [Fact]
    public void Expansions_go_where_uct_computed_by_hand_is_highest()
    {
        var planted = new PlantedTree(new MctsSearch(16, 1));
        Assert.Equal([(0, 2)], planted.Next());

        // N(root) = 2: UCT(1) = 0.9 + √ln 2 = 1.733, UCT(2) = 1.333.
        Assert.Equal([(1, 2)], planted.Grow(0.9, 0.5).Next());

        // Q(1) = (0.9 + 0.2 + 0.4) / 3 = 0.5, N(1) = 3, N(root) = 4: UCT(1) = 0.5 + √(ln 4 / 3) = 1.180, UCT(2) = 0.5 + √ln 4 = 1.677.
        Assert.Equal([(2, 2)], planted.Grow(0.2, 0.4).Next());

        // Q(2) = (0.5 + 0.9 + 0.8) / 3 = 0.733, N(root) = 6: UCT(1) = 0.5 + √(ln 6 / 3) = 1.273, UCT(2) = 1.506;
        // under it N = 3: UCT(5) = 0.9 + √ln 3 = 1.948, UCT(6) = 1.848.
        Assert.Equal([(5, 2)], planted.Grow(0.9, 0.8).Next());

        // Q(2) = (0.5 + 0.9 + 0.8 + 0.1 + 0.1) / 5 = 0.48, N(root) = 8: UCT(1) = 0.5 + √(ln 8 / 3) = 1.333, UCT(2) = 0.48 + √(ln 8 / 5) =
        // 1.125; under 1 N = 3: UCT(3) = 0.2 + √ln 3, UCT(4) = 0.4 + √ln 3.
        Assert.Equal([(4, 2)], planted.Grow(0.1, 0.1).Next());
    }

    [Fact]
    public void Without_exploration_the_highest_mean_is_followed_and_of_equal_means_the_first_born()
    {
        var planted = new PlantedTree(new MctsSearch(16, 0)).Grow(0.9, 0.5);
        Assert.Equal([(4, 2)], planted.Grow(0.2, 0.4).Next()); // both means are 0.5
        Assert.Equal([(1, 2)], new PlantedTree(new MctsSearch(16, 0)).Grow(0.3, 0.3).Next());
    }

    [Fact]
    public void What_has_ended_is_not_gone_to_again_but_its_rewards_still_count()
    {
        var planted = new PlantedTree(new MctsSearch(16, 1)).Grow(-0.9, 0.1);
        Assert.Equal([(2, 2)], planted.Next());
        Assert.Equal([(3, 2)], planted.Grow(0.1, double.NaN).Next());

        // Both of the root's children have open steps below, 4 finished with 1: Q(1) = (0.2 + 0.1 + 1) / 3 > Q(2) = 0.4.
        planted = new PlantedTree(new MctsSearch(16, 0)).Grow(0.2, 0.1).Grow(0.1, -1.0);
        Assert.Equal([(3, 2)], planted.Next());
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(2, 2)]
    [InlineData(16, 2)]
    [InlineData(31, 3)]
    [InlineData(32, 4)]
    [InlineData(64, 8)]
    [InlineData(128, 16)]
    [InlineData(256, 32)]
    public void The_root_gets_the_papers_children_and_what_lies_between_them(int expansions, int children) =>
        Assert.Equal([(0, children)], new PlantedTree(new MctsSearch(expansions, 1)).Next());

    [Fact]
    public void The_expansions_are_all_spent_while_anything_is_open_and_no_more()
    {
        var search = new ScriptedSearch(new MctsSearch(32, 1), new(20, 8000, 1000), 3, finishing: 0, mostWaves: 32);
        Assert.Equal(4 + (31 * 2), search.Run().Nodes.Count);
        Assert.Equal(32, search.Waves.Count);
    }

    [Fact]
    public void No_more_solutions_finish_than_there_are_expansions()
    {
        var planted = new PlantedTree(new MctsSearch(3, 1)).Grow(-0.5, 0.5);
        Assert.Equal([(2, 2)], planted.Next());
        Assert.Equal([(4, 1)], planted.Grow(-0.5, 0.5).Next());
        Assert.Empty(planted.Grow(0.5).Next());
    }

    [Fact]
    public void Waves_are_those_of_a_replay_that_backs_up_one_reward_after_the_other()
    {
        var drawn =
            from expansions in Gen.Choose(1, 70)
            from exploration in Gen.Elements(0.0, 0.2, 1.0, 5.0)
            from seed in Gen.Choose(0, int.MaxValue)
            from finishing in Gen.Elements(0.0, 0.1, 0.4)
            from unscored in Gen.Elements(0.0, 0.2)
            from depth in Gen.Elements(3, 20)
            select (expansions, exploration, seed, finishing, unscored, depth);
        Prop.ForAll(drawn.ToArbitrary(), d =>
        {
            var search = new ScriptedSearch(
                new MctsSearch(d.expansions, d.exploration), new(20, 8000, d.depth), d.seed, d.finishing, d.unscored,
                mostWaves: d.expansions);
            var nodes = search.Run().Nodes;
            return search.Waves.Skip(1).All(wave =>
                ReplayedChoice([.. nodes.Take(wave[0].No - 1)], d.exploration) is var at && wave.All(step => step.ParentNo == at));
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(150));
    }

    /// <summary>The node to expand next, by the book: node after node in order of birth, a running mean along each path.</summary>
    static int ReplayedChoice(SearchNode[] nodes, double exploration)
    {
        var (visits, means) = (new int[nodes.Length + 1], new double[nodes.Length + 1]);
        foreach (var node in nodes)
        {
            for (var at = node.No; ; at = nodes[at - 1].ParentNo)
            {
                visits[at]++;
                means[at] += ((node.Score ?? 0) - means[at]) / visits[at];
                if (at == 0) break;
            }
        }

        var chosen = 0;
        while (nodes.Any(node => node.ParentNo == chosen))
        {
            var parent = chosen;
            chosen = nodes.Where(node => node.ParentNo == parent && CanGrow(node))
                .Aggregate((best, node) => Uct(node) > Uct(best) + 1e-9 ? node : best).No;
            double Uct(SearchNode node) => means[node.No] + (exploration * Math.Sqrt(Math.Log(visits[parent]) / visits[node.No]));
        }
        return chosen;

        bool CanGrow(SearchNode node)
        {
            var children = nodes.Where(child => child.ParentNo == node.No).ToArray();
            return children.Length == 0 ? node.State == NodeState.Open : children.Any(CanGrow);
        }
    }
}
