using RebaseBatch.Contracts;
using RebaseBatch.Evaluation.Schedules;
using Xunit;

namespace RebaseBatch.Tests.Evaluation.Schedules;

[Fast]
public sealed class OverdueRunTests
{
    static readonly SweepSpec s_sweep = new()
    {
        Name = "s", Datasets = [], Policies = [], Rewards = [], Strategies = [], Seeds = [], Settings = [],
    };

    static readonly Schedule s_nightly = new("nightly", "0 1 * * *", "UTC", null, MissedPolicy.RunOnce, false, s_sweep, 1);

    static readonly Schedule s_windowed = s_nightly with { Until = new(7, 0) };

    [Fact]
    public void A_due_time_without_a_run_is_told_after_an_hour()
    {
        Assert.Null(OverdueRun.Of(Stored(s_nightly, null), At(17, 1, 59)));
        var overdue = OverdueRun.Of(Stored(s_nightly, null), At(17, 2, 0))!;
        Assert.Equal((At(17, 1, 0), null, At(17, 2, 0)), (overdue.DueAt, overdue.SweepId, overdue.Since));
        Assert.StartsWith("no run began for 2026-11-17 01:00Z", overdue.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Of_several_missed_nights_the_last_is_told() =>
        Assert.Equal(At(20, 1, 0), OverdueRun.Of(Stored(s_nightly, At(17, 1, 0), over: true), At(20, 9, 0))!.DueAt);

    [Fact]
    public void A_run_that_has_finished_is_on_time() =>
        Assert.Null(OverdueRun.Of(Stored(s_windowed, At(17, 1, 0), over: true), At(17, 23, 0)));

    [Fact]
    public void A_run_that_works_is_on_time_until_its_window_has_closed()
    {
        var stored = Stored(s_windowed, At(17, 1, 0));
        Assert.Null(OverdueRun.Of(stored, At(17, 7, 4)));
        var overdue = OverdueRun.Of(stored, At(17, 7, 5))!;
        Assert.Equal((At(17, 1, 0), 5L, At(17, 7, 5)), (overdue.DueAt, overdue.SweepId, overdue.Since));
        Assert.Contains("did not finish before its window closed", overdue.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void A_run_without_a_window_is_overdue_at_the_very_next_due_time()
    {
        var stored = Stored(s_nightly, At(17, 1, 0));
        Assert.Null(OverdueRun.Of(stored, At(18, 0, 59)));
        var overdue = OverdueRun.Of(stored, At(18, 1, 0))!;
        Assert.Equal((At(17, 1, 0), At(18, 1, 0)), (overdue.DueAt, overdue.Since));
        Assert.Contains("although its next due time has come", overdue.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void A_window_that_closes_just_before_the_next_due_time_is_told_then() => Assert.Equal(At(18, 1, 0),
        OverdueRun.Of(Stored(s_nightly with { Until = new(0, 58) }, At(17, 1, 0)), At(18, 1, 0))!.Since);

    static StoredSchedule Stored(Schedule schedule, DateTimeOffset? last, bool over = false) =>
        new(1, schedule, new(2026, 11, 16, 12, 0, 0, TimeSpan.Zero), last, last is null ? null : 5, over, null);

    static DateTimeOffset At(int day, int hour, int minute) => new(2026, 11, day, hour, minute, 0, TimeSpan.Zero);
}
