using RebaseBatch.Core.Statistics;
using Xunit;

namespace RebaseBatch.Tests.Core.Statistics;

[Fast]
public sealed class HolmTests
{
    // The least p times the number of comparisons, the next times one less, and none below the one before it.
    [Fact]
    public void Holm_takes_the_number_of_comparisons_into_account() =>
        Assert.Equal([0.125, 0.03125, 0.9, 0.09375], Holm.Adjusted([0.0625, 0.0078125, 0.9, 0.03125]));
}
