using RebaseBatch.Core.Searching;
using Xunit;

namespace RebaseBatch.Tests.Core.Searching;

[Fast]
public sealed class ModelCostTests
{
    static readonly ModelCost s_free = new(0, 0, 0), s_unknown = new(5, 0, 0), s_known = new(5, 0, 0) { Cached = 7 };

    [Fact]
    public void Cached_tokens_are_summed_only_if_each_cost_with_evaluated_tokens_has_them()
    {
        Assert.Equal(14, ModelCost.SumOfCached([s_known, s_free, s_known]));
        Assert.Equal(0, ModelCost.SumOfCached([s_known with { Cached = 0 }]));
        Assert.Null(ModelCost.SumOfCached([s_known, s_unknown]));
        Assert.Null(ModelCost.SumOfCached([s_free]));
        Assert.Null(ModelCost.SumOfCached([]));
    }
}
