using RebaseBatch.Evaluation.Flips;
using Xunit;

namespace RebaseBatch.Tests.Evaluation.Flips;

[Fast]
public sealed class FairSharesTests
{
    [Theory]
    [InlineData(new int[0], 5, new int[0])]
    [InlineData(new[] { 3, 0, 2 }, 9, new[] { 3, 0, 2 })]
    [InlineData(new[] { 100, 2, 100 }, 11, new[] { 5, 2, 4 })]
    [InlineData(new[] { 5, 5 }, 0, new[] { 0, 0 })]
    [InlineData(new[] { 5, 5 }, 3, new[] { 2, 1 })]
    public void Small_cells_are_shown_whole_and_great_ones_equally(int[] wanted, int limit, int[] shares) =>
        Assert.Equal(shares, FairShares.Of(wanted, limit));
}
