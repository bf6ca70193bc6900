using Dapper;
using RebaseBatch.Contracts;
using RebaseBatch.Durable.Jobs;
using Xunit;

namespace RebaseBatch.Tests.Faults;

/// <summary>Real worker processes whose statements or logins the database refuses for a while.</summary>
public sealed class RefusedStatementTests(PostgresServer server)
{
    /// <summary>
    /// A worker once ended on PgBouncer's answer while its server was away, and dropped its batches while a password was changed.
    /// </summary>
    [Theory]
    [InlineData("08P01")]
    [InlineData("28P01")]
    public async Task A_database_that_refuses_for_seconds_costs_no_attempt(string state)
    {
        using var folder = new TemporaryFolder();
        await using var database = await server.CreateDatabaseAsync();
        using var proxy = new TcpProxy(database.ConnectionString);
        var (jobs, ledger) = (new JobStore(database.DataSource), new Ledger(database.DataSource));
        await using var worker = RebaseProcess.Worker(proxy.ConnectionString, folder.Path, "Worker:LeaseSeconds=60");
        var job = await jobs.EnqueueAsync(Problems.Job(width: 16, batchSize: 4), await Problems.TakeAsync(4), default);
        await Eventually.TrueAsync(async () => worker.HasExited || await ledger.CountAsync("SELECT count(*) FROM nodes") > 0);

        proxy.RefusesWith = state;
        proxy.CloseAll();
        await worker.SaysAsync($"{state}: scripted");
        await worker.SaysAsync("could not be renewed");
        proxy.RefusesWith = null;

        Assert.Equal(JobState.Completed, (await ledger.EndedAsync(job)).State);
        await ledger.AssertWholeAsync(4, Path.Combine(folder.Path, "results"));
        Assert.Equal(0, await ledger.CountAsync("SELECT count(*) FROM batches WHERE attempt > 1"));
        Assert.False(worker.HasExited, worker.Stderr);
    }

    [Fact]
    public async Task A_job_row_that_a_session_holds_for_long_holds_up_no_other_job_and_costs_its_own_no_attempt()
    {
        using var folder = new TemporaryFolder();
        await using var database = await server.CreateDatabaseAsync();
        var (jobs, ledger) = (new JobStore(database.DataSource), new Ledger(database.DataSource));
        var spec = Problems.Job(width: 4, batchSize: 2);
        var held = await jobs.EnqueueAsync(spec with { Seed = 1 }, await Problems.TakeAsync(2), default);
        var free = await jobs.EnqueueAsync(spec, await Problems.TakeAsync(4), default);
        await using var holder = await database.DataSource.OpenConnectionAsync(TestContext.Current.CancellationToken);
        await holder.ExecuteAsync("BEGIN; SELECT 1 FROM jobs WHERE job_id = @held FOR UPDATE", new { held });

        await using var worker = RebaseProcess.Worker(database.ConnectionString, folder.Path, "Worker:MaxBatches=2");
        await ledger.EndedAsync(free);
        await worker.SaysAsync("55P03");
        await holder.ExecuteAsync("ROLLBACK");

        await ledger.EndedAsync(held);
        await ledger.AssertWholeAsync(6, Path.Combine(folder.Path, "results"));
        Assert.Equal(0, await ledger.CountAsync("SELECT count(*) FROM batches WHERE attempt > 1"));
        Assert.False(worker.HasExited, worker.Stderr);
    }

    /// <summary>The worker once ended when a statement of its schedules was cancelled.</summary>
    [Fact]
    public async Task A_cancelled_statement_of_a_schedule_ends_no_worker_and_the_run_is_fired_once()
    {
        using var folder = new TemporaryFolder();
        await using var database = await server.CreateDatabaseAsync();
        var ledger = new Ledger(database.DataSource);
        await DueSchedule.AddAsync(database, hours: null);
        await using var holder = await database.DataSource.OpenConnectionAsync(TestContext.Current.CancellationToken);
        await holder.ExecuteAsync("BEGIN; LOCK TABLE schedule_runs IN ACCESS EXCLUSIVE MODE");
        await using var worker = RebaseProcess.Worker(database.ConnectionString, folder.Path, "Worker:SchedulePollSeconds=0.2");

        // It reads the schedules.
        await CancelAsync("AccessShareLock");
        await worker.SaysAsync("the schedules can't be read");
        // It has inserted the sweep and its jobs, and records the run.
        await holder.ExecuteAsync("COMMIT; BEGIN; LOCK TABLE schedule_runs IN SHARE MODE");
        await CancelAsync("RowExclusiveLock");
        await worker.SaysAsync("schedule night is due but can't run");
        await holder.ExecuteAsync("COMMIT");

        await Eventually.TrueAsync(async () => worker.HasExited || await ledger.CountAsync("SELECT count(*) FROM schedule_runs") == 1);
        Assert.False(worker.HasExited, worker.Stderr);
        await Eventually.TrueAsync(async () => await ledger.CountAsync("SELECT count(*) FROM jobs WHERE state <> 'completed'") == 0);
        Assert.Equal((1, 2),
            (await ledger.CountAsync("SELECT count(*) FROM sweeps"), await ledger.CountAsync("SELECT count(*) FROM jobs")));

        async Task CancelAsync(string mode)
        {
            var waiting = $"FROM pg_locks WHERE NOT granted AND relation = 'schedule_runs'::regclass AND mode = '{mode}'";
            await Eventually.TrueAsync(
                async () => worker.HasExited || await holder.ExecuteScalarAsync<bool>($"SELECT EXISTS (SELECT {waiting})"));
            await holder.ExecuteAsync($"SELECT pg_cancel_backend(pid) {waiting}");
        }
    }
}
