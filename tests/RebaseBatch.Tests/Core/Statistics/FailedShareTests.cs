using RebaseBatch.Core.Statistics;
using Xunit;

namespace RebaseBatch.Tests.Core.Statistics;

[Fast]
public sealed class FailedShareTests
{
    [Theory]
    [InlineData(0, 0, false)]
    [InlineData(0, 5, false)]
    [InlineData(1, 9, true)]
    [InlineData(1, 10, false)]
    [InlineData(2, 19, true)]
    [InlineData(300_000_000, 2_000_000_000, true)]
    public void A_tenth_may_be_missing_and_no_more(int failed, int problems, bool isTooLarge) =>
        Assert.Equal(isTooLarge, FailedShare.IsTooLarge(failed, problems));
}
