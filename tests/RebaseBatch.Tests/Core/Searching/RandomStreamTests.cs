using RebaseBatch.Core.Searching;
using Xunit;

namespace RebaseBatch.Tests.Core.Searching;

[Fast]
public sealed class RandomStreamTests
{
    /// <summary>Computed by an independent implementation; stored searches depend on them.</summary>
    [Theory]
    [InlineData(0, 0, new int[0], 0.4937642732511398, 0.5774261989900578, 0.6299734334355822)]
    [InlineData(1, 0, new int[0], 0.5641881691166412, 0.5829786603363911, 0.03046571889846017)]
    [InlineData(0, 1, new[] { 0 }, 0.5007410537236454, 0.22312333148351327, 0.008142964291875221)]
    [InlineData(42, 7, new[] { 3, 0, 15 }, 0.2145865363711703, 0.95677312243734, 0.48554910889888125)]
    [InlineData(-1, 499, new[] { 255 }, 0.924065868679385, 0.11429320813290733, 0.11895719206029942)]
    public void The_numbers_never_change(long seed, long problem, int[] path, double at0, double at1, double at1000)
    {
        var stream = path.Aggregate(RandomStream.ForSearch(seed, problem), (parent, child) => parent.Child(child));
        Assert.Equal((at0, at1, at1000), (stream.NextDouble(0), stream.NextDouble(1), stream.NextDouble(1000)));
    }

    /// <summary>Computed by an independent implementation; steps that servers sampled depend on them.</summary>
    [Theory]
    [InlineData(0, 0, new int[0], 68630334677631489, 4777288526206059190)]
    [InlineData(-1, 499, new[] { 255 }, 580374372898552284, 5993603088763145687)]
    public void Seeds_never_change(long seed, long problem, int[] path, long at0, long at9)
    {
        var stream = path.Aggregate(RandomStream.ForSearch(seed, problem), (parent, child) => parent.Child(child));
        Assert.Equal((at0, at9), (stream.Seed(), stream.Seed(9)));
    }

    [Fact]
    public void Seeds_of_all_children_differ_in_every_servers_range()
    {
        var root = RandomStream.ForSearch(1, 1);
        var seeds = Enumerable.Range(0, 4096).Select(i => root.Child(i).Seed()).ToList();
        Assert.All(seeds, seed => Assert.InRange(seed, 0, long.MaxValue));
        // 31 bits: of 4,096 random numbers of that range, 0.004 pairs are equal on average.
        Assert.Equal(seeds.Count, seeds.Select(seed => seed & int.MaxValue).Distinct().Count());
    }

    [Fact]
    public void A_planned_step_has_the_stream_of_its_path()
    {
        var tree = new SearchTree();
        tree.Add(new() { No = 1, ParentNo = 0, Depth = 1, ChildIndex = 3, State = NodeState.Open, Tokens = [], Text = "" });
        tree.Add(new() { No = 2, ParentNo = 1, Depth = 2, ChildIndex = 0, State = NodeState.Open, Tokens = [], Text = "" });
        var root = RandomStream.ForSearch(42, 7);
        Assert.Equal(root.Child(3).Child(0).Child(15).NextDouble(0), root.Step(tree, new(3, 2, 15)).NextDouble(0));
        Assert.Equal(root.Child(5).NextDouble(0), root.Step(tree, new(3, 0, 5)).NextDouble(0));
    }

    // Critical values of chi-square with 255 degrees of freedom: 99.9 % below 330.5, 0.1 % below 190. The draws are fixed, so a test
    // that passes once passes always; both ends are checked, as draws that are too even are no random numbers either.
    static void AssertUniform(IEnumerable<(double X, double Y)> points)
    {
        var cells = new int[256];
        var count = 0;
        foreach (var (x, y) in points)
        {
            Assert.InRange(x, 0, Math.BitDecrement(1.0));
            cells[((int)(x * 16) * 16) + (int)(y * 16)]++;
            count++;
        }
        var expected = count / 256.0;
        Assert.InRange(cells.Sum(cell => (cell - expected) * (cell - expected) / expected), 190, 330.5);
    }

    static IEnumerable<int> Range(int count) => Enumerable.Range(0, count);

    [Fact]
    public void Draws_of_one_stream_are_uniform_and_neighbours_independent()
    {
        var stream = RandomStream.ForSearch(7, 0).Child(2);
        AssertUniform(Range(50_000).Select(i => (stream.NextDouble(2 * i), stream.NextDouble((2 * i) + 1))));
    }

    [Fact]
    public void Siblings_are_independent()
    {
        var parent = RandomStream.ForSearch(7, 3).Child(1);
        AssertUniform(Range(50_000).Select(i => (parent.Child(i).NextDouble(0), parent.Child(i + 1).NextDouble(0))));
    }

    [Fact]
    public void Parent_and_child_are_independent()
    {
        var stream = RandomStream.ForSearch(7, 4);
        AssertUniform(Range(50_000).Select(i =>
        {
            var parent = stream.Child(i);
            return (parent.NextDouble(0), parent.Child(0).NextDouble(0));
        }));
    }

    [Fact]
    public void Neighbouring_problems_and_seeds_are_independent()
    {
        AssertUniform(Range(50_000)
            .Select(i => (RandomStream.ForSearch(7, i).NextDouble(0), RandomStream.ForSearch(7, i + 1).NextDouble(0))));
        AssertUniform(Range(50_000)
            .Select(i => (RandomStream.ForSearch(i, 7).NextDouble(0), RandomStream.ForSearch(i + 1, 7).NextDouble(0))));
        AssertUniform(Range(50_000)
            .Select(i => (RandomStream.ForSearch(i, 0).NextDouble(0), RandomStream.ForSearch(0, i + 1).NextDouble(0))));
    }

    [Fact]
    public void No_two_paths_of_a_large_tree_share_a_stream()
    {
        var root = RandomStream.ForSearch(0, 0);
        var draws = Range(256).SelectMany(i => Range(256).Select(j => root.Child(i).Child(j).NextDouble(0)))
            .Concat(Range(256).Select(i => root.Child(i).NextDouble(0))).ToArray();
        Assert.Equal(draws.Length, draws.Distinct().Count());
    }
}
