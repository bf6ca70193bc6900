using RebaseBatch.Contracts;
using RebaseBatch.Evaluation.Schedules;
using Xunit;

namespace RebaseBatch.Tests.Evaluation.Schedules;

[Fast]
public sealed class DueRunTests
{
    static readonly SweepSpec s_sweep = new()
    {
        Name = "s", Datasets = [], Policies = [], Rewards = [], Strategies = [], Seeds = [], Settings = [],
    };
    static readonly DateTimeOffset s_created = new(2026, 11, 16, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public void Nothing_is_due_before_the_first_time_after_its_creation() => Assert.Null(Due(Schedule(), null, At(17, 0, 59)));

    [Fact]
    public void A_due_time_is_fired_once()
    {
        Assert.Equal(At(17, 1, 0), Due(Schedule(), null, At(17, 1, 0)));
        Assert.Null(Due(Schedule(), At(17, 1, 0), At(17, 23, 0)));
    }

    [Fact]
    public void One_run_makes_up_for_all_missed_nights() => Assert.Equal(At(20, 1, 0), Due(Schedule(), At(17, 1, 0), At(20, 9, 0)));

    [Fact]
    public void Missed_nights_may_be_left_out()
    {
        var schedule = Schedule() with { Missed = MissedPolicy.Skip };
        Assert.Null(Due(schedule, At(17, 1, 0), At(20, 9, 0)));
        Assert.Equal(At(20, 1, 0), Due(schedule, At(17, 1, 0), At(20, 1, 4)));
    }

    [Fact]
    public void A_missed_night_is_not_made_up_for_outside_its_window()
    {
        var schedule = Schedule() with { Until = new(7, 0) };
        Assert.Equal(At(20, 1, 0), Due(schedule, At(17, 1, 0), At(20, 6, 59)));
        Assert.Null(Due(schedule, At(17, 1, 0), At(20, 7, 0)));
    }

    static Schedule Schedule() => new("nightly", "0 1 * * *", "UTC", null, MissedPolicy.RunOnce, false, s_sweep, null);

    static DateTimeOffset? Due(Schedule schedule, DateTimeOffset? last, DateTimeOffset now) =>
        DueRun.Of(new(1, schedule, s_created, last, null, false, null), now);

    static DateTimeOffset At(int day, int hour, int minute) => new(2026, 11, day, hour, minute, 0, TimeSpan.Zero);
}
