using Dapper;
using RebaseBatch.Durable.Jobs;
using Xunit;

namespace RebaseBatch.Tests.Faults;

public sealed class WorkerProcessTests(PostgresServer server)
{
    [Fact]
    public async Task Two_workers_share_the_batches_of_one_job()
    {
        using var folder = new TemporaryFolder();
        await using var database = await server.CreateDatabaseAsync();
        await using var first = RebaseProcess.Worker(database.ConnectionString, folder.Path, "Worker:Id=first");
        await using var second = RebaseProcess.Worker(database.ConnectionString, folder.Path, "Worker:Id=second");
        var jobs = new JobStore(database.DataSource);
        // Both have solved something already, so neither is late because it still starts.
        var warmUp = await jobs.EnqueueAsync(Problems.Job(width: 4, batchSize: 1), await Problems.TakeAsync(24), default);
        await Eventually.TrueAsync(() => first.Stderr.Contains("claimed", StringComparison.Ordinal)
            && second.Stderr.Contains("claimed", StringComparison.Ordinal));
        var job = await jobs.EnqueueAsync(Problems.Job(width: 8, batchSize: 2), await Problems.TakeAsync(12), default);
        await new Ledger(database.DataSource).EndedAsync(warmUp);
        await new Ledger(database.DataSource).EndedAsync(job);
        await first.SaysAsync($"job {job} batch");
        await second.SaysAsync($"job {job} batch");
        await new Ledger(database.DataSource).AssertWholeAsync(36, Path.Combine(folder.Path, "results"));
    }

    [Fact]
    public async Task A_worker_stopped_past_its_lease_changes_nothing_when_it_wakes()
    {
        using var folder = new TemporaryFolder();
        await using var database = await server.CreateDatabaseAsync();
        await using var zombie = RebaseProcess.Worker(database.ConnectionString, folder.Path, "Worker:LeaseSeconds=1");
        var job = await new JobStore(database.DataSource).EnqueueAsync(Problems.Job(width: 16, batchSize: 6),
            await Problems.TakeAsync(6), default);
        var ledger = new Ledger(database.DataSource);
        await Eventually.TrueAsync(async () => await ledger.CountAsync("SELECT count(*) FROM nodes") > 0);
        zombie.Signal(Signals.Stop);

        await using var heir = RebaseProcess.Worker(database.ConnectionString, folder.Path, "Worker:LeaseSeconds=1");
        var progress = await new Ledger(database.DataSource).EndedAsync(job);
        Assert.Equal((6, 0), (progress.Answered, progress.Failed));
        var before = await StateAsync(database);

        zombie.Signal(Signals.Continue);
        await zombie.SaysAsync(": lease_lost");
        Assert.Equal(before, await StateAsync(database));
        await ledger.AssertWholeAsync(6, Path.Combine(folder.Path, "results"));
        // The worker is unharmed and continues to work.
        Assert.False(zombie.HasExited);
    }

    [Fact]
    public async Task Sigterm_checkpoints_gives_the_lease_back_and_exits_0()
    {
        using var folder = new TemporaryFolder();
        await using var database = await server.CreateDatabaseAsync();
        // The lease is so long that only a release can hand the batch over before this test's time limit.
        await using var drained = RebaseProcess.Worker(database.ConnectionString, folder.Path, "Worker:LeaseSeconds=3000");
        var job = await new JobStore(database.DataSource).EnqueueAsync(Problems.Job(width: 16, batchSize: 6),
            await Problems.TakeAsync(6), default);
        var ledger = new Ledger(database.DataSource);
        await Eventually.TrueAsync(async () => await ledger.CountAsync("SELECT count(*) FROM nodes") > 0);
        drained.Signal(Signals.Terminate);
        Assert.Equal(0, await drained.ExitAsync());
        Assert.Contains(": drained", drained.Stderr, StringComparison.Ordinal);
        Assert.Equal(1,
            await ledger.CountAsync("SELECT count(*) FROM batches WHERE state = 'available' AND attempt = 0 AND lease_owner IS NULL"));
        var stored = await ledger.StepsAsync();

        await using var next = RebaseProcess.Worker(database.ConnectionString, folder.Path);
        await new Ledger(database.DataSource).EndedAsync(job);
        Assert.Subset((await ledger.StepsAsync()).ToHashSet(), stored.ToHashSet());
        await ledger.AssertWholeAsync(6, Path.Combine(folder.Path, "results"));
    }

    [Fact]
    public async Task A_second_sigterm_exits_at_once()
    {
        using var folder = new TemporaryFolder();
        await using var database = await server.CreateDatabaseAsync();
        await using var worker = RebaseProcess.Worker(database.ConnectionString, folder.Path);
        await new JobStore(database.DataSource).EnqueueAsync(Problems.Job(width: 16, batchSize: 6), await Problems.TakeAsync(6), default);
        await worker.SaysAsync("claimed");

        // The drain can't release its lease while this lock is held.
        await using var connection = await database.DataSource.OpenConnectionAsync();
        await using var transaction = await connection.BeginTransactionAsync();
        await connection.ExecuteAsync("LOCK TABLE batches IN ACCESS EXCLUSIVE MODE");
        worker.Signal(Signals.Terminate);
        await Task.WhenAny(worker.ExitAsync(), Eventually.TrueAsync(async () => await WaitingAsync(connection) > 0));
        Assert.False(worker.HasExited, worker.Stderr);
        // Two signals within 200 ms count as one.
        await Eventually.TrueAsync(() =>
        {
            if (!worker.HasExited) worker.Signal(Signals.Terminate);
            return worker.HasExited;
        });
        Assert.Equal(130, await worker.ExitAsync(TimeSpan.FromSeconds(10)));
    }

    static Task<long> WaitingAsync(Npgsql.NpgsqlConnection connection) =>
        connection.ExecuteScalarAsync<long>(
            "SELECT count(*) FROM pg_locks WHERE NOT granted AND database = (SELECT oid FROM pg_database WHERE "
                + "datname = current_database())");

    /// <summary>Everything in the tables that a zombie could have changed.</summary>
    static async Task<string> StateAsync(TestDatabase database)
    {
        await using var connection = await database.DataSource.OpenConnectionAsync();
        return string.Join('\n', await connection.QueryAsync<string>("""
            SELECT t::text FROM batches t UNION ALL SELECT t::text FROM nodes t UNION ALL SELECT t::text FROM answers t
            UNION ALL SELECT t::text FROM usage t UNION ALL SELECT t::text FROM searches t
            UNION ALL SELECT t::text FROM jobs t UNION ALL SELECT t::text FROM blobs t ORDER BY 1
            """));
    }
}
