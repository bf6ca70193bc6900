using FsCheck;
using FsCheck.Fluent;
using RebaseBatch.Core.Searching;
using RebaseBatch.Evaluation.Reports.Trees;
using Xunit;

namespace RebaseBatch.Tests.Evaluation.Reports;

[Fast]
public sealed class TreeLayoutTests
{
    static readonly Gen<List<TreeNode>> s_trees =
        from parents in Gen.Choose(0, 1_000_000).ListOf()
        select Nodes([.. parents.Select((draw, i) => draw % (i + 1))]);

    static List<TreeNode> Nodes(IReadOnlyList<int> parents)
    {
        var nodes = new List<TreeNode>();
        foreach (var parent in parents)
            nodes.Add(new(nodes.Count + 1, parent, parent == 0 ? 1 : nodes[parent - 1].Depth + 1, NodeState.Open, 0.5, 3, "step"));
        return nodes;
    }

    [Fact]
    public void Every_node_has_a_place_of_its_own_in_its_row_and_stands_over_its_children() => Prop.ForAll(s_trees.ToArbitrary(), nodes =>
    {
        var layout = TreeLayout.Of(nodes);
        var rows = nodes.GroupBy(node => node.Depth).Select(row => row.Select(node => layout.Places[node.No]).Order().ToList());
        return layout.Places.Count == nodes.Count + 1
            && layout.Places.Values.All(place => place >= 0 && place <= layout.Columns - 1)
            && rows.All(row => row.Zip(row.Skip(1)).All(pair => pair.Second - pair.First >= 0.999))
            && nodes.GroupBy(node => node.ParentNo).All(family => family.Min(child => layout.Places[child.No]) <= layout.Places[family.Key]
                && layout.Places[family.Key] <= family.Max(child => layout.Places[child.No]));
    }).Check(Config.QuickThrowOnFailure.WithMaxTest(500));

    [Fact]
    public void A_chain_of_a_thousand_steps_is_one_column() =>
        Assert.Equal((1, 1000), TreeLayout.Of(Nodes([.. Enumerable.Range(0, 1000)])) is var layout
            ? (layout.Columns, layout.Rows) : default);

    [Fact]
    public void Winners_are_the_solutions_that_mean_the_jobs_answer()
    {
        var tree = new RebaseBatch.Evaluation.Reports.Trees.SearchTree
        {
            JobId = 1,
            Search = "rebase",
            CustomId = "q",
            Question = "?",
            Gold = "0.5",
            Answer = "1/2",
            Correct = true,
            Nodes = Nodes([0, 0, 0, 0]),
            Solutions = new Dictionary<int, string?> { [1] = "1/2", [2] = "0.5", [3] = "2", [4] = null },
        };

        Assert.Equal([1, 2], tree.Winners().Order());
        Assert.Empty((tree with { Answer = null }).Winners());
    }
}
