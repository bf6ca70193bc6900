using RebaseBatch.Evaluation.Schedules;
using Xunit;

namespace RebaseBatch.Tests.Evaluation.Schedules;

/// <summary>Schedules fired by real workers on the bundled models.</summary>
public sealed class ScheduledSweepTests(PostgresServer server) : WorkerTest(server)
{
    static CancellationToken Ct => TestContext.Current.CancellationToken;

    ScheduleStore Schedules => new(Database.DataSource);

    [Fact]
    public async Task Two_workers_run_a_due_schedule_once_to_its_end()
    {
        await DueSchedule.AddAsync(Database, hours: null);
        await using var one = await StartAsync();
        await using var two = await StartAsync();
        await EndedAsync();
        Assert.Equal(1, await Ledger.CountAsync("SELECT count(*) FROM schedule_runs"));
        // How both models were prompted is part of what the run ran on.
        Assert.Equal(0, await Ledger.CountAsync("""
            SELECT count(*) FROM environments WHERE NOT (content #>> '{policy,prompt}' ~ '^plain [0-9a-f]{8}$')
                OR content #>> '{reward,prompt}' !~ ' [0-9a-f]{8}$'
            """));
        Assert.NotEqual(0, await Ledger.CountAsync("SELECT count(*) FROM environments WHERE content #>> '{reward,prompt}' <> ''"));
    }

    [Fact]
    public async Task A_run_stops_at_its_windows_end_and_goes_on_in_the_next_without_sampling_a_stored_step_again()
    {
        await DueSchedule.AddAsync(Database, hours: 3);
        await using var worker = await StartAsync();
        await Eventually.TrueAsync(async () => await Ledger.CountAsync("SELECT count(*) FROM nodes") >= 20);
        await ExecuteAsync("UPDATE jobs SET closes_at = now()");
        await Eventually.TrueAsync(async () => await Ledger.CountAsync("SELECT count(*) FROM batches WHERE state = 'running'") == 0);
        Assert.False((await StoredAsync()).LastIsOver);

        // The next night.
        await ExecuteAsync(
            "UPDATE schedule_runs SET due_at = due_at - interval '1 day'; UPDATE schedules SET created_at = now() - interval '1 day'");
        await EndedAsync();
        Assert.Equal(2, await Ledger.CountAsync("SELECT count(*) FROM schedule_runs"));
        Assert.Equal(1, await Ledger.CountAsync("SELECT count(*) FROM sweeps"));
    }

    /// <summary>Waits for both jobs and their files; every problem has its one result and no stored step was sampled again.</summary>
    async Task EndedAsync()
    {
        await Eventually.TrueAsync(async () => await Ledger.CountAsync("SELECT count(*) FROM jobs") == 2);
        foreach (var job in await Jobs.ListAsync(2, Ct)) await Ledger.EndedAsync(job.JobId);
        Assert.True((await StoredAsync()).LastIsOver);
        await Ledger.AssertWholeAsync(DueSchedule.Problems, Folder.Path);
    }

    Task<WorkerInProcess> StartAsync() => WorkerInProcess.StartAsync(Database, Folder.Path, options =>
        (options.Worker.SchedulePollSeconds, options.Worker.RenewSeconds, options.Worker.MaxSearches) = (0.2, 0.2, 2));

    async Task<StoredSchedule> StoredAsync() => Assert.Single(await Schedules.ListAsync(Ct));

    async Task ExecuteAsync(string sql)
    {
        await using var command = Database.DataSource.CreateCommand(sql);
        await command.ExecuteNonQueryAsync(Ct);
    }
}
