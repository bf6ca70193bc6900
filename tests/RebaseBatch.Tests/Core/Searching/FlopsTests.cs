using RebaseBatch.Core.Searching;
using Xunit;

namespace RebaseBatch.Tests.Core.Searching;

[Fast]
public sealed class FlopsTests
{
    [Fact]
    public void A_token_costs_two_operations_a_parameter()
    {
        Assert.Equal(2 * 7e9 * 1024, Flops.Of(7_000_000_000, 1024));
        Assert.Equal(0, Flops.Of(0, 1024));
        // More than a 64-bit integer holds.
        Assert.Equal(2.0 * long.MaxValue * long.MaxValue, Flops.Of(long.MaxValue, long.MaxValue));
    }
}
