using RebaseBatch.Contracts;
using RebaseBatch.Durable.Batches;
using RebaseBatch.Durable.Leases;
using RebaseBatch.Evaluation.Schedules;
using RebaseBatch.Evaluation.Sweeps;
using RebaseBatch.Platform.Errors;
using Xunit;

namespace RebaseBatch.Tests.Evaluation.Schedules;

public sealed class ScheduleStoreTests(PostgresServer server) : StoreTest(server)
{
    static readonly SweepSpec s_sweep = Sweep(4, 8) with { Datasets = [new("d.jsonl", 3)] };

    static readonly Schedule s_nightly = new("nightly", "0 1 * * *", "Europe/Berlin", null, MissedPolicy.RunOnce, false, s_sweep, null);

    ScheduleStore Schedules => new(Database.DataSource);

    [Fact]
    public async Task A_schedule_comes_back_as_it_was_stored_with_its_datasets()
    {
        var stored = await AddAsync(s_nightly with { Until = new(7, 0), Missed = MissedPolicy.Skip, Fresh = true });
        var schedule = stored.Schedule;
        Assert.Equal(("nightly", "0 1 * * *", "Europe/Berlin", new TimeOnly(7, 0), MissedPolicy.Skip, true),
            (schedule.Name, schedule.Cron, schedule.TimeZone, schedule.Until, schedule.Missed, schedule.Fresh));
        var problems = Assert.Single(await Schedules.ProblemsAsync(schedule.Sweep, Ct));
        Assert.Equal([.. Enumerable.Range(0, 5).Select(Problem)], problems);
        Assert.Equal(ExitCode.BadInput, (await Assert.ThrowsAsync<UserException>(() => AddAsync(s_nightly))).Code);
        Assert.True(await Schedules.RemoveAsync("nightly", Ct));
        Assert.False(await Schedules.RemoveAsync("nightly", Ct));
    }

    [Fact]
    public async Task A_schedules_sweep_can_not_wait_for_jobs()
    {
        var e = await Assert.ThrowsAsync<UserException>(() => AddAsync(s_nightly with { Sweep = s_sweep with { After = ["7"] } }));
        Assert.Contains("can't have the keys after and after_any", e.Message, StringComparison.Ordinal);
        Assert.Empty(await Schedules.ListAsync(Ct));
    }

    [Fact]
    public async Task Levels_come_to_a_dataset_that_was_stored_without_and_stay()
    {
        IReadOnlyList<ProblemSpec> without = [Problem(1), Problem(2)], with = [Problem(1), Problem(2) with { Level = 5 }];
        foreach (var (name, problems) in new[] { ("first", without), ("second", with),
            ("third", without) }) await Schedules.AddAsync(s_nightly with { Name = name }, [problems], Ct);

        foreach (var schedule in await Schedules.ListAsync(Ct))
            Assert.Equal(with, Assert.Single(await Schedules.ProblemsAsync(schedule.Schedule.Sweep, Ct)));
    }

    [Fact]
    public async Task A_run_and_its_jobs_have_the_tags_of_the_schedules_sweep()
    {
        var stored = await AddAsync(s_nightly with { Sweep = s_sweep with { Tags = ["nightly", "team=a"] } });
        await FireAsync(stored, DateTimeOffset.UtcNow);

        Assert.Equal(["nightly team=a", "nightly team=a"], (await Jobs.ListAsync(9, Ct)).Select(job => job.Tags.ToString()));
        Assert.Equal("a", await ScalarAsync<string>("SELECT tags ->> 'team' FROM v_sweeps"));
    }

    [Fact]
    public async Task Many_workers_fire_a_due_time_once()
    {
        var stored = await AddAsync(s_nightly);
        var due = await Schedules.NowAsync(Ct);
        var jobs = await PrepareAsync(stored);
        var runs = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Schedules.FireAsync(stored, due, jobs, Ct)));
        Assert.Single(runs, run => run is not null);
        Assert.Equal(2, await ScalarAsync<int>("SELECT count(*)::int FROM jobs"));
        Assert.Equal([3, 3], (await Jobs.ListAsync(9, Ct)).Select(job => job.Problems));
    }

    [Fact]
    public async Task The_next_firing_goes_on_with_a_run_that_has_not_ended()
    {
        var stored = await AddAsync(s_nightly with { Until = new(7, 0) });
        var (first, second) = (DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow);
        var begun = await FireAsync(stored, first);
        var goneOn = await FireAsync(stored, second);
        Assert.Equal((begun.SweepId, false, true), (goneOn.SweepId, begun.GoesOn, goneOn.GoesOn));
        Assert.Equal(2, await ScalarAsync<int>("SELECT count(*)::int FROM jobs WHERE closes_at > now()"));
        Assert.Equal(stored.Schedule.ClosingOf(second), goneOn.ClosesAt);
    }

    [Fact]
    public async Task After_a_run_that_ended_the_next_is_free_unless_it_is_to_be_fresh()
    {
        foreach (var (name, fresh) in new[] { ("held", false), ("fresh", true) })
        {
            var stored = await AddAsync(s_nightly with { Name = name, Fresh = fresh });
            var before = await FireAsync(stored, DateTimeOffset.UtcNow.AddDays(-1));
            await CompleteAllAsync();
            var jobs = await ScalarAsync<int>("SELECT count(*)::int FROM jobs");
            var after = await FireAsync(stored, DateTimeOffset.UtcNow);
            Assert.NotEqual(before.SweepId, after.SweepId);
            Assert.Equal(fresh ? jobs + 2 : jobs, await ScalarAsync<int>("SELECT count(*)::int FROM jobs"));
            await CompleteAllAsync();
        }
    }

    [Fact]
    public async Task A_closed_window_lets_nobody_claim_and_makes_holders_give_back()
    {
        var stored = await AddAsync(s_nightly with { Until = new(7, 0) });
        await FireAsync(stored, DateTimeOffset.UtcNow);
        var lease = await ClaimOneAsync();
        Assert.Equal(LeaseState.Held, await Leases.RenewAsync(lease, Ttl, Ct));

        await ExecuteAsync("UPDATE jobs SET closes_at = now()");
        Assert.Equal(LeaseState.WindowClosed, await Leases.RenewAsync(lease, Ttl, Ct));
        Assert.Equal(ReleaseState.Released, await Leases.ReleaseAsync(lease, Ct));
        Assert.Empty(await Leases.ClaimAsync("worker", 9, Ttl, Ct));

        await FireAsync(stored, DateTimeOffset.UtcNow.AddSeconds(1));
        Assert.Equal(2, (await Leases.ClaimAsync("worker", 9, Ttl, Ct)).Count);
    }

    [Fact]
    public async Task A_cancelled_job_is_cancelled_in_a_closed_window_too()
    {
        var stored = await AddAsync(s_nightly with { Until = new(7, 0) });
        await FireAsync(stored, DateTimeOffset.UtcNow);
        var lease = await ClaimOneAsync();
        await ExecuteAsync("UPDATE jobs SET closes_at = now()");
        await Jobs.CancelAsync(lease.JobId, Ct);
        Assert.Equal(LeaseState.CancelRequested, await Leases.RenewAsync(lease, Ttl, Ct));
    }

    async Task<StoredSchedule> AddAsync(Schedule schedule)
    {
        await Schedules.AddAsync(schedule, [[.. Enumerable.Range(0, 5).Select(Problem)]], Ct);
        return Assert.Single(await Schedules.ListAsync(Ct, schedule.Name));
    }

    async Task<FiredRun> FireAsync(StoredSchedule stored, DateTimeOffset due) =>
        Assert.IsType<FiredRun>(await Schedules.FireAsync(stored, due, await PrepareAsync(stored), Ct));

    async Task<IReadOnlyList<PreparedJob>> PrepareAsync(StoredSchedule stored) =>
        await new SweepPreparation(null).PrepareAsync(stored.Schedule.Sweep, await Schedules.ProblemsAsync(stored.Schedule.Sweep, Ct), Ct);

    async Task CompleteAllAsync()
    {
        while (await Leases.ClaimAsync("worker", 1, Ttl, Ct) is [var lease]) await CompleteAsync(lease);
    }
}
