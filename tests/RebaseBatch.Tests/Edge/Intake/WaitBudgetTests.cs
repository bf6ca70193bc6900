using RebaseBatch.Edge.Intake;
using Xunit;

namespace RebaseBatch.Tests.Edge.Intake;

[Fast]
public sealed class WaitBudgetTests
{
    static readonly WaitBudget s_budget = new(TimeSpan.FromHours(6));

    [Fact]
    public void Ten_deliveries_last_for_the_whole_time()
    {
        Assert.Equal(TimeSpan.FromHours(6) / 512, s_budget.Hold(1));
        Assert.Equal(2 * s_budget.Hold(3), s_budget.Hold(4));
        var nine = TimeSpan.FromTicks(Enumerable.Range(1, 9).Sum(delivery => s_budget.Hold(delivery).Ticks));
        Assert.Equal(s_budget.Longest, nine + s_budget.Hold(1));
        Assert.Equal((s_budget.Longest, s_budget.Longest), (s_budget.Hold(10), s_budget.Hold(100)));
    }

    [Theory]
    [InlineData(0, 6)]
    [InlineData(2, 4)]
    // By two clocks that differ.
    [InlineData(-1, 6)]
    // It waited in the queue before any worker had a place for it.
    [InlineData(100, 0.75)]
    public void The_time_counts_from_the_sending_over_restarts(double age, double left) =>
        Assert.Equal(TimeSpan.FromHours(left), s_budget.Left(TimeSpan.FromHours(age)));
}
