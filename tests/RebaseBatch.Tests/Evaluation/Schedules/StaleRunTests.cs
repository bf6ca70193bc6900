using RebaseBatch.Evaluation.Schedules;
using Xunit;

namespace RebaseBatch.Tests.Evaluation.Schedules;

public sealed class StaleRunTests
{
    [Fact]
    public void A_newest_run_that_is_still_to_come_by_the_databases_clock_is_stale_whatever_its_age_may_be()
    {
        DateTimeOffset now = new(2026, 11, 30, 8, 0, 0, TimeSpan.Zero), due = now.AddHours(-7);
        Assert.Null(StaleRun.Of(Stored(due), TimeSpan.FromHours(26), now));
        Assert.Null(StaleRun.Of(Stored(now.AddMinutes(1)), null, now));
        foreach (var age in (TimeSpan?[])[null, TimeSpan.FromHours(26)])
            Assert.Contains("still to come: the clock was set back", StaleRun.Of(Stored(now.AddYears(3)), age, now),
                StringComparison.Ordinal);
    }

    static StoredSchedule Stored(DateTimeOffset last) => new(1,
        new("nightly", "0 1 * * *", "UTC", null, MissedPolicy.RunOnce, false,
            new() { Name = "s", Datasets = [], Policies = [], Rewards = [], Strategies = [], Seeds = [], Settings = [] }, 1),
        last.AddDays(-9), last, 2, true, null);
}
