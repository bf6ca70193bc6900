using FsCheck;
using FsCheck.Fluent;
using RebaseBatch.Contracts;
using RebaseBatch.Core.Searching;
using Xunit;

namespace RebaseBatch.Tests.Core.Searching;

[Fast]
public sealed class RebaseSearchTests
{
    static readonly SearchLimits s_limits = new(MaxStepTokens: 20, MaxSolutionTokens: 80, MaxDepth: 6);

    sealed record Setup(int Width, Allocation Allocation, double Temperature, long Seed, double Finishing, double Unscored)
    {
        public ScriptedSearch Search() => new(new RebaseSearch(Width, Allocation, Temperature), s_limits, Seed, Finishing, Unscored);
    }

    static readonly Gen<Setup> s_setup =
        from width in Gen.Choose(1, 40)
        from allocation in Gen.Elements(Allocation.Ceil, Allocation.Round)
        from temperature in Gen.Elements(1e-4, 0.05, 0.1, 1.0, 1e4)
        from seed in Gen.Choose(0, int.MaxValue)
        from finishing in Gen.Elements(0.0, 0.1, 0.4, 0.8, 1.0)
        from unscored in Gen.Elements(0.0, 0.0, 0.3, 1.0)
        select new Setup(width, allocation, temperature, seed, finishing, unscored);

    static void Check(Func<Setup, bool> holds) =>
        Prop.ForAll(s_setup.ToArbitrary(), holds).Check(Config.QuickThrowOnFailure.WithMaxTest(300));

    [Fact]
    public void The_first_wave_is_the_whole_width_under_the_root()
    {
        var wave = new RebaseSearch(4, Allocation.Ceil, 0.1).NextWave(new());
        Assert.Equal([new(1, 0, 0), new(2, 0, 1), new(3, 0, 2), new(4, 0, 3)], wave);
    }

    [Fact]
    public void Each_level_deals_what_finished_and_exhausted_nodes_left_of_the_width()
    {
        var tree = new SearchTree();
        tree.Add(Node(1, 0, 1, NodeState.Open, 0.8));
        tree.Add(Node(2, 0, 1, NodeState.Finished, 0.9));
        tree.Add(Node(3, 0, 1, NodeState.Open, 0.9));
        tree.Add(Node(4, 0, 1, NodeState.Exhausted, 0.1));
        // 6 - 2 = 4 children over the scores 0.8 and 0.9 at T = 0.1: ceil(4 · 0.731) = 3 and 1.
        var search = new RebaseSearch(6, Allocation.Ceil, 0.1);
        Assert.Equal([new(5, 1, 0), new(6, 3, 0), new(7, 3, 1), new(8, 3, 2)], search.NextWave(tree));

        tree.Add(Node(5, 1, 2, NodeState.Open, 0.2));
        tree.Add(Node(6, 3, 2, NodeState.Finished, 0.9));
        tree.Add(Node(7, 3, 2, NodeState.Finished, 0.9));
        tree.Add(Node(8, 3, 2, NodeState.Finished, 0.9));
        Assert.Equal([new(9, 5, 0)], search.NextWave(tree));

        tree.Add(Node(9, 5, 3, NodeState.Finished, 0.9));
        Assert.Empty(search.NextWave(tree));
    }

    [Fact]
    public void Open_nodes_of_earlier_levels_are_never_taken_up_again()
    {
        var tree = new SearchTree();
        tree.Add(Node(1, 0, 1, NodeState.Open, 1e-9));
        tree.Add(Node(2, 0, 1, NodeState.Open, 1));
        tree.Add(Node(3, 2, 2, NodeState.Finished, 1));
        Assert.Empty(new RebaseSearch(2, Allocation.Round, 0.1).NextWave(tree));
    }

    [Fact]
    public void Solutions_that_ended_never_outnumber_the_width_and_every_search_ends() =>
        Check(setup => Ended(setup.Search().Run()) <= setup.Width);

    [Fact]
    public void With_ceil_exactly_the_width_ends() => Check(setup =>
        Ended((setup with { Allocation = Allocation.Ceil }).Search().Run()) == setup.Width);

    [Fact]
    public void Waves_number_their_steps_without_gaps_siblings_adjacent_and_parents_in_order() => Check(setup =>
    {
        var search = setup.Search();
        search.Run();
        var steps = search.Waves.SelectMany(wave => wave).ToArray();
        return steps.Select(step => step.No).SequenceEqual(Enumerable.Range(1, steps.Length))
            && steps.SequenceEqual(steps.OrderBy(step => step.ParentNo).ThenBy(step => step.ChildIndex))
            && steps.GroupBy(step => step.ParentNo).All(siblings =>
                siblings.Select(step => step.ChildIndex).SequenceEqual(Enumerable.Range(0, siblings.Count())));
    });

    static int Ended(SearchTree tree) => tree.Nodes.Count(node => node.State != NodeState.Open);

    static SearchNode Node(int no, int parent, int depth, NodeState state, double score) =>
        new() { No = no, ParentNo = parent, Depth = depth, ChildIndex = 0, State = state, Tokens = [], Text = "", Score = score };
}
