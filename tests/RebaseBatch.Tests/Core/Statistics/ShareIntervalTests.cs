using RebaseBatch.Core.Statistics;
using Xunit;

namespace RebaseBatch.Tests.Core.Statistics;

[Fast]
public sealed class ShareIntervalTests
{
    [Theory]
    [InlineData(0, 30)]
    [InlineData(7, 30)]
    [InlineData(30, 30)]
    public void With_one_seed_it_is_Wilsons(int right, int problems)
    {
        double?[] shares = [.. Enumerable.Repeat<double?>(1, right), .. Enumerable.Repeat<double?>(0, problems - right), null];
        var (interval, wilson) = (ShareInterval.Of(shares, 1), WilsonInterval.Of(right, problems));
        Assert.Equal((right / (double)problems, wilson.Low, wilson.High), (interval.Value, interval.Low, interval.High));
    }

    [Fact]
    public void Seeds_that_always_agree_add_nothing_and_those_that_differ_do()
    {
        double?[] agreeing = [.. Enumerable.Range(0, 40).Select(i => (double?)(i % 2))];
        double?[] differing = [.. Enumerable.Repeat<double?>(0.5, 40)];
        Assert.Equal(WilsonInterval.Of(20, 40).Low, ShareInterval.Of(agreeing, 4).Low, 9);
        Assert.Equal(WilsonInterval.Of(80, 160).Low, ShareInterval.Of(differing, 4).Low, 9);
    }
}
