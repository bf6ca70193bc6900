using RebaseBatch.Core.Statistics;
using Xunit;

namespace RebaseBatch.Tests.Core.Statistics;

[Fast]
public sealed class WilsonIntervalTests
{
    // Worked by hand from the formula.
    [Theory]
    [InlineData(5, 10, 0.2366, 0.7634)]
    [InlineData(0, 20, 0.0, 0.1611)]
    [InlineData(20, 20, 0.8389, 1.0)]
    [InlineData(120, 200, 0.5308, 0.6654)]
    public void Known_shares_have_known_intervals(int count, int total, double low, double high)
    {
        var interval = WilsonInterval.Of(count, total);
        Assert.Equal(low, interval.Low, 3);
        Assert.Equal(high, interval.High, 3);
    }

    [Fact]
    public void Nothing_counted_says_nothing() => Assert.Equal(new(0, 1), WilsonInterval.Of(0, 0));
}
