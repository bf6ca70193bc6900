using RebaseBatch.Core.Statistics;
using Xunit;

namespace RebaseBatch.Tests.Core.Statistics;

[Fast]
public sealed class PairedTestTests
{
    /// <summary>Sums of binomial coefficients over powers of two, worked out by hand.</summary>
    [Theory]
    [InlineData(0, 0, 1, 1)]
    [InlineData(5, 0, 0.0625, 0.03125)]
    [InlineData(0, 5, 0.0625, 1)]
    [InlineData(3, 1, 0.625, 0.3125)]
    [InlineData(2, 2, 1, 0.6875)]
    [InlineData(9, 1, 0.021484375, 0.0107421875)]
    public void Small_tables_have_their_exact_chances(int onlyFirst, int onlySecond, double twoSided, double secondIsWorse)
    {
        var test = new PairedTest(onlyFirst, onlySecond);
        Assert.Equal(twoSided, test.TwoSided, 12);
        Assert.Equal(secondIsWorse, test.SecondIsWorse, 12);
    }

    [Fact]
    public void Ten_thousand_discordant_problems_neither_overflow_nor_vanish()
    {
        Assert.Equal(1, new PairedTest(5000, 5000).TwoSided, 9);
        // 5,100 of 10,000 is 1.99 standard deviations off, corrected for continuity: 0.0466 by the normal distribution.
        Assert.Equal(0.0466, new PairedTest(5100, 4900).TwoSided, 0.0001);
    }

    [Fact]
    public void Problems_that_both_or_neither_are_right_about_count_for_nothing() =>
        Assert.Equal(new(1, 2), PairedTest.Of([(true, true), (false, false), (true, false), (false, true), (false, true), (true, true)]));
}
