using RebaseBatch.Core.Statistics;
using Xunit;

namespace RebaseBatch.Tests.Core.Statistics;

[Fast]
public sealed class PairedIntervalTests
{
    // Without discordant problems the limit is z² / (n + z²): 3.8415 / 43.8415.
    [Fact]
    public void Equal_runs_may_still_differ()
    {
        var change = PairedInterval.Of([.. Enumerable.Repeat(new PairedOutcome(1, 1), 40)]);
        Assert.Equal((0, -0.0876, 0.0876), (change.Value, Math.Round(change.Low, 4), Math.Round(change.High, 4)));
    }

    /// <summary>The limits solve (d - D)² n = z² (2 p + D (1 - D)), with p the likeliest share of lost problems for D.</summary>
    [Theory]
    [InlineData(12, 2, 30)]
    [InlineData(0, 5, 60)]
    [InlineData(20, 20, 160)]
    public void The_limits_are_just_not_rejected(int lost, int won, int equal)
    {
        var n = lost + won + equal;
        var change = PairedInterval.Of([
            .. Enumerable.Repeat(new PairedOutcome(1, 0), lost), .. Enumerable.Repeat(new PairedOutcome(0, 1), won),
            .. Enumerable.Repeat(new PairedOutcome(1, 1), equal)]);
        Assert.Equal((won - lost) / (double)n, change.Value, 12);
        foreach (var limit in new[] { change.Low, change.High })
        {
            // Of all shares of lost problems p, with p + D of won ones, the most likely.
            var best = Enumerable.Range(1, 200_000).Select(i => i / 200_001.0).Where(p => p + limit > 0 && 2 * p + limit < 1)
                .MaxBy(p => lost * Math.Log(p) + won * Math.Log(p + limit) + equal * Math.Log(1 - 2 * p - limit));
            var z = (change.Value - limit) * n / Math.Sqrt(n * (2 * best + limit * (1 - limit)));
            Assert.Equal(1.96, Math.Abs(z), 0.002);
        }
    }

    [Fact]
    public void Seeds_that_always_agree_add_nothing()
    {
        var one = PairedInterval.Of([new(1, 0), new(1, 0), new(0, 1), .. Enumerable.Repeat(new PairedOutcome(1, 1), 17)]);
        var three = PairedInterval.Of([new(3, 0, 3), new(3, 0, 3), new(0, 3, 3), .. Enumerable.Repeat(new PairedOutcome(3, 3, 3), 17)]);
        Assert.Equal(one.Low, three.Low, 9);
        Assert.Equal(one.High, three.High, 9);
    }
}
