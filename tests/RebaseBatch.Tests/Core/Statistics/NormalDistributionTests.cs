using RebaseBatch.Core.Statistics;
using Xunit;

namespace RebaseBatch.Tests.Core.Statistics;

[Fast]
public sealed class NormalDistributionTests
{
    // From tables.
    [Theory]
    [InlineData(0, 0.5)]
    [InlineData(1, 0.8413447461)]
    [InlineData(-1.959964, 0.025)]
    [InlineData(-5, 2.866516e-7)]
    public void Known_values_have_their_chances(double z, double chance) =>
        Assert.InRange(NormalDistribution.Below(z) / chance, 1 - 2e-6, 1 + 2e-6);

    [Theory]
    [InlineData(0.05, 1.644854)]
    [InlineData(0.2, 0.841621)]
    [InlineData(0.9, -1.281552)]
    public void Chances_have_their_values(double chance, double z) => Assert.Equal(z, NormalDistribution.Exceeded(chance), 1e-5);
}
