using FsCheck;
using FsCheck.Fluent;
using RebaseBatch.Contracts;
using RebaseBatch.Core.Searching;
using Xunit;

namespace RebaseBatch.Tests.Core.Searching;

[Fast]
public sealed class DoraSearchTests
{
    /// <summary>Four first steps, of which three say the same: without uniqueness they get 4.75 each and the fourth 1.75 of 16.</summary>
    [Fact]
    public void Steps_that_say_the_same_share_what_one_of_them_would_get()
    {
        double[] scores = [0.9, 0.9, 0.9, 0.8];
        double[] uniqueness = [1 / 3.0, 1 / 3.0, 1 / 3.0, 1];
        // 16 · (1 / 3) / (1 + e^-1) = 3.90, and 16 · e^-1 / (1 + e^-1) = 4.30.
        Assert.Equal([4, 4, 4, 4], WidthAllocation.Round(scores, 16, 0.1, uniqueness));
        // Served by weight: the ceiling of 4.30 first, and the three share the rest.
        Assert.Equal([3, 4, 4, 5], WidthAllocation.Ceil(scores, 16, 0.1, uniqueness));
        Assert.Equal([5, 5, 5, 1], WidthAllocation.Round(scores, 16, 0.1));
    }

    /// <summary>However many copies of each direction there are, a direction gets what it would get with one member.</summary>
    [Fact]
    public void A_directions_share_does_not_depend_on_how_many_say_it() => Prop.ForAll(
        (from copies in Gen.Choose(1, 8).NonEmptyListOf()
         from allocation in Gen.Elements(Enum.GetValues<Allocation>())
         from width in Gen.Choose(1, 64)
         from scores in Gen.Choose(0, 100).ArrayOf(copies.Count)
         select (Copies: copies, Scores: scores, Allocation: allocation, Width: width)).ToArbitrary(), drawn =>
    {
        var (copies, scores) = (drawn.Copies, Array.ConvertAll(drawn.Scores, score => score / 100.0));
        var members = Enumerable.Range(0, copies.Count).SelectMany(i => Enumerable.Repeat(i, copies[i])).ToArray();
        var dealt = WidthAllocation.Deal(drawn.Allocation, Array.ConvertAll(members, i => scores[i]), drawn.Width, 0.1,
            Array.ConvertAll(members, i => 1.0 / copies[i]));
        var total = scores.Sum(score => Math.Exp(score / 0.1));
        // Rounding moves a node by less than one child, and what is left at the end of the serving order by as much for each node before.
        return dealt.Sum() <= drawn.Width && Enumerable.Range(0, copies.Count).All(i =>
            members.Zip(dealt).Where(pair => pair.First == i).Sum(pair => pair.Second)
                <= drawn.Width * Math.Exp(scores[i] / 0.1) / total + copies[i]);
    }).Check(Config.QuickThrowOnFailure.WithMaxTest(500));

    [Fact]
    public void With_no_two_steps_alike_it_is_rebase()
    {
        foreach (var allocation in Enum.GetValues<Allocation>())
        {
            double[] scores = [0.9, 0.2, 0.85, 0.6, double.NaN, 0.9];
            Assert.Equal(WidthAllocation.Deal(allocation, scores, 24, 0.1),
                WidthAllocation.Deal(allocation, scores, 24, 0.1, [1, 1, 1, 1, 1, 1]));
        }
    }

    [Fact]
    public void Cousins_of_steps_that_say_the_same_go_in_one_direction_and_others_do_not()
    {
        var tree = Tree((0, "3 + 4 = 7 apples.", 0.9), (0, "In all 3+4=7 apples", 0.9), (0, "3 + 5 = 8 apples.", 0.9),
            (1, "So 7 * 2 = 14.", 0.9), (2, "Twice that is 7 * 2 = 14.", 0.9), (3, "So 7 * 2 = 14.", 0.9));
        var open = tree.Nodes.Skip(3).ToArray();
        double[] scores = [0.9, 0.9, 0.9];
        Assert.Equal([0.5, 0.5, 1], Directions.Uniqueness(tree, open, scores, DirectionKey.Equations));
        Assert.Equal([1, 1, 1], Directions.Uniqueness(tree, open, scores, DirectionKey.Step));
        // An unscored node gets no children, and takes none from its like.
        Assert.Equal(1, Directions.Uniqueness(tree, open, [0.9, double.NaN, 0.9], DirectionKey.Equations)[0]);
        Assert.Equal([0.5, 0.5, 1],
            Directions.Uniqueness(tree, open, [double.NaN, double.NaN, double.NaN], DirectionKey.Equations));
    }

    [Fact]
    public void A_level_deals_by_weight_what_is_left_of_the_width()
    {
        var search = new DoraSearch(8, Allocation.Round, 0.1, DirectionKey.Step);
        var tree = Tree((0, "a", 0.9), (0, "A ", 0.9), (0, "a.", 0.9), (0, "b", 0.8), (0, "c", 0), (0, "d", 0), (0, "e", 0), (0, "f", 0));
        // e^-1 for b, a third for each a: 8 · 0.24 and 8 · 0.27.
        Assert.Equal([1, 1, 2, 2, 3, 3, 4, 4], search.NextWave(tree).Select(step => step.ParentNo));
    }

    static SearchTree Tree(params (int Parent, string Text, double Score)[] nodes)
    {
        var tree = new SearchTree();
        foreach (var (parent, text, score) in nodes)
        {
            tree.Add(new()
            {
                No = tree.NextNo, ParentNo = parent, Depth = parent == 0 ? 1 : tree[parent].Depth + 1, ChildIndex = 0,
                State = NodeState.Open, Tokens = [], Text = text, Score = score,
            });
        }
        return tree;
    }
}
