using RebaseBatch.Commands.Compare;
using RebaseBatch.Contracts;
using RebaseBatch.Evaluation.Reports;
using Xunit;

namespace RebaseBatch.Tests.Commands.Compare;

[Fast]
public sealed class ComparePlanTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(6)]
    [InlineData(16)]
    [InlineData(256)]
    public void Every_strategy_is_in_the_comparison_under_a_name_of_its_own_and_can_run(int width)
    {
        var plan = ComparePlan.Of("p", "r", width, 0.2, seed: 3);
        Assert.Superset(Enum.GetValues<SearchStrategy>().ToHashSet(), plan.Select(spec => spec.Strategy).ToHashSet());
        Assert.Equal(plan.Count, plan.Select(StrategyVariant.NameOf).Distinct().Count());
        Assert.All(plan, spec => Assert.Empty(spec.Faults()));
        Assert.Contains(plan, spec => spec.StopAtConfidence is not null);
        Assert.Contains(plan, spec => spec.Lookahead > 0);
        Assert.Contains(plan, spec => spec.ScoreEvery > 1);
        Assert.Equal("r", plan[^1].Reward); // its models are those of the whole comparison
    }
}
