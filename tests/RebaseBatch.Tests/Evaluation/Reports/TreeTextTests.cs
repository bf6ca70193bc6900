using RebaseBatch.Core.Searching;
using RebaseBatch.Evaluation.Reports.Trees;
using Xunit;

namespace RebaseBatch.Tests.Evaluation.Reports;

[Fast]
public sealed class TreeTextTests
{
    [Fact]
    public void Each_step_hangs_on_its_parent_with_its_score_and_how_it_ended()
    {
        TreeNode[] nodes =
        [
            new(1, 0, 1, NodeState.Open, 0.5, 3, "first"), new(2, 0, 1, NodeState.Exhausted, null, 3, "second"),
            new(3, 1, 2, NodeState.Finished, 0.25, 3, "third"), new(4, 1, 2, NodeState.Finished, 0.75, 3, "fourth"),
            new(5, 1, 2, NodeState.Finished, 0.1, 3, "fifth"),
        ];
        var lines = TreeText.Of(nodes, new Dictionary<int, string?> { [3] = "7", [4] = "8", [5] = null }, new HashSet<int> { 4 })
            .Select(line => line.Branches + line.Step);

        Assert.Equal(
        [
            "├─ 1  0.500  first",
            "│  ├─ 3  0.250  [answer 7] third",
            "│  ├─ 4  0.750  [answer 8, won] fourth",
            "│  └─ 5  0.100  [no answer] fifth",
            "└─ 2  unscored  [ended by a limit] second",
        ], lines);
    }

    [Fact]
    public void A_chain_of_thousands_of_steps_is_drawn() => Assert.Equal(5000, TreeText.Of(
        [.. Enumerable.Range(1, 5000).Select(no => new TreeNode(no, no - 1, no, NodeState.Open, 0.5, 1, "step"))],
        new Dictionary<int, string?>(), new HashSet<int>()).Count());
}
