using RebaseBatch.Core.Searching;
using Xunit;

namespace RebaseBatch.Tests.Core.Searching;

[Fast]
public sealed class BudgetGuidedMctsTests
{
    [Fact]
    public void Expansions_go_where_the_formulas_computed_by_hand_say()
    {
        // 8 expansions are 16 steps.
        var planted = new PlantedTree(new BudgetGuidedMcts(8, null));
        Assert.Equal([(0, 2)], planted.Next());

        // u = 2/16, no answer yet: depth / answer depth = 1. Priors e^0.9 and e^0.5 over their sum: 0.5987, 0.4013. N(root) = 2.
        // 1: 0.9 + 0.125 + √2 · 0.875 · 0.5987 · √ln 2 = 1.642; 2: 0.5 + 0.125 + 0.413 = 1.038. Another child: 0.7 + 0.875 · 0.04 = 0.735.
        Assert.Equal([(1, 2)], planted.Grow(0.9, 0.5).Next());

        // u = 4/16. Subtree of 1: mean R (0.9 + 0.2 + 0.4) / 3 = 0.5, mean depth 5/3 of 2, N 3 of 4.
        // 1: 0.5 + 0.25 · 0.8333 + √2 · 0.75 · 0.5987 · √(ln 4 / 3) = 1.140; 2: 0.5 + 0.25 · 0.5 + √2 · 0.75 · 0.4013 · √ln 4 = 1.126.
        // Another child: 0.7 + 0.75 · 0.04 = 0.730. Then under 1 (N 3), 3: 0.2 + 0.25 + √2 · 0.75 · 0.4502 · √ln 3 = 0.951;
        // 4: 0.4 + 0.25 + 0.611 = 1.261. Another child of 1: 0.3 + 0.75 · 0.01.
        Assert.Equal([(4, 2)], planted.Grow(0.2, 0.4).Next());
    }

    [Fact]
    public void A_node_whose_next_child_is_worth_more_than_its_best_one_is_widened_by_one()
    {
        var planted = new PlantedTree(new BudgetGuidedMcts(8, null)).Grow(-1.0, 0.0);

        // u = 2/16, answer depth 1. 2: 0 + 0.125 + √2 · 0.875 · 0.2689 · √ln 2 = 0.402; another child: 0.5 + 0.875 · 0.25 = 0.719.
        Assert.Equal([(0, 1)], planted.Next());
        planted.Grow(-1.0);
        Assert.Equal(2, planted.Tree[3].ChildIndex);
    }

    [Fact]
    public void A_spent_budget_goes_deep_and_a_fresh_one_stays_shallow()
    {
        Assert.Equal([(1, 2)], Next(mostTokens: null)); // u = 4/64
        Assert.Equal([(3, 2)], Next(mostTokens: 4)); // u = 1: the depth counts in full, and exploration nothing

        static IEnumerable<(int, int)> Next(long? mostTokens)
        {
            var strategy = new BudgetGuidedMcts(32, mostTokens);
            var tree = new SearchTree();
            (int Parent, double Score)[] steps = [(0, 0.6), (0, 0.5), (2, 0.4), (2, 0.3)];
            foreach (var (parent, score) in steps)
            {
                tree.Add(new()
                {
                    No = tree.NextNo, ParentNo = parent, ChildIndex = (tree.NextNo - 1) % 2, Depth = parent == 0 ? 1 : 2,
                    State = NodeState.Open, Score = score, Tokens = [0], Text = "", Cost = new(1, default, default),
                });
            }
            return strategy.NextWave(tree).GroupBy(step => step.ParentNo).Select(family => (family.Key, family.Count()));
        }
    }

    [Fact]
    public void The_steps_are_all_spent_and_no_more()
    {
        var search = new ScriptedSearch(new BudgetGuidedMcts(32, null), new(20, 8000, 1000), 3, finishing: 0, mostWaves: 64);
        Assert.Equal(64, search.Run().Nodes.Count);
    }

    [Fact]
    public void One_expansion_is_two_steps_of_one_solution() =>
        Assert.Equal([(0, 1)], new PlantedTree(new BudgetGuidedMcts(1, null)).Next());
}
