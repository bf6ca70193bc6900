using FsCheck;
using FsCheck.Fluent;
using RebaseBatch.Core.Searching;
using Xunit;

namespace RebaseBatch.Tests.Core.Searching;

[Fast]
public sealed class SearchBudgetTests
{
    [Fact]
    public void A_budget_without_limits_allows_everything() =>
        Assert.True(new SearchBudget().Allows(new(long.MaxValue, double.MaxValue, double.MaxValue, double.MaxValue)));

    [Fact]
    public void Each_limit_allows_until_nothing_of_it_is_left()
    {
        Assert.Equal((null, BudgetLimit.SampledTokens), Ends(new(SampledTokens: 100), new(99, 1e9, 1e9, 1e9), new(100, 0, 0, 0)));
        Assert.Equal((null, BudgetLimit.Flops), Ends(new(Flops: 1e12), new(99, 0.99e12, 1e9, 1e9), new(0, 1e12, 0, 0)));
        Assert.Equal((null, BudgetLimit.Seconds), Ends(new(Seconds: 60), new(99, 1e9, 59.9, 1e9), new(0, 0, 60, 0)));
        Assert.Equal((null, BudgetLimit.Deadline), Ends(new(Deadline: 500), new(99, 1e9, 1e9, 499.9), new(0, 0, 0, 500)));

        static (BudgetLimit?, BudgetLimit?) Ends(SearchBudget budget, Spending before, Spending after) =>
            (budget.Reached(before), budget.Reached(after));
    }

    [Fact]
    public void A_budget_of_nothing_allows_nothing_and_of_several_limits_the_first_is_named()
    {
        Assert.False(new SearchBudget(SampledTokens: 0).Allows(default));
        Assert.Equal(BudgetLimit.Flops, new SearchBudget(10, 20, 30, 40).Reached(new(9, 20, 30, 40)));
    }

    [Fact]
    public void A_spending_that_is_not_a_number_reaches_its_limit()
    {
        Assert.Equal(BudgetLimit.Flops, new SearchBudget(Flops: 1).Reached(new(0, double.NaN, 0, 0)));
        Assert.True(new SearchBudget(Seconds: 1).Allows(new(0, double.NaN, 0, 0)));
    }

    [Fact]
    public void What_was_refused_once_stays_refused_however_spending_goes_on()
    {
        var number = Gen.Choose(0, 20);
        var drawn =
            from limits in Gen.OneOf(Gen.Constant<int?>(null), number.Select(n => (int?)n)).ArrayOf(4)
            from spent in number.ArrayOf(4)
            from more in number.ArrayOf(4)
            select (limits, spent, more);
        Prop.ForAll(drawn.ToArbitrary(), d =>
        {
            var budget = new SearchBudget(d.limits[0], d.limits[1], d.limits[2], d.limits[3]);
            var now = budget.Allows(new(d.spent[0], d.spent[1], d.spent[2], d.spent[3]));
            var later = budget.Allows(new(d.spent[0] + d.more[0], d.spent[1] + d.more[1], d.spent[2] + d.more[2], d.spent[3] + d.more[3]));
            var within = d.limits.Zip(d.spent).All(pair => pair.First is not { } limit || pair.Second < limit);
            return now == within && (now || !later);
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(500));
    }
}
