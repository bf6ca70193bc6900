using System.Diagnostics;
using Dapper;
using Npgsql;
using RebaseBatch.Durable.Batches;
using RebaseBatch.Durable.Environments;
using Xunit;

namespace RebaseBatch.Tests.Durable.Leases;

/// <summary>Rows that another session of the database has locked, and does not let go.</summary>
public sealed class LockedRowTests(PostgresServer server) : StoreTest(server)
{
    EnvironmentStore Environments => new(Database.DataSource);

    [Fact]
    public async Task A_locked_job_row_keeps_no_other_batch_from_being_reaped_not_even_behind_its_hundred()
    {
        var locked = await EnqueueAsync(210, Spec with { BatchSize = 1 });
        await EnqueueAsync(2, Spec with { BatchSize = 1 });
        Assert.Equal(212, (await Leases.ClaimAsync("dead", 300, RunOut, Ct)).Count);
        await using var holder = await LockAsync("jobs WHERE job_id = @Id", locked);

        var refused = new HashSet<string>();
        var (watch, stuck) = (Stopwatch.StartNew(), 0);
        Assert.Equal(2, await Leases.ReapAsync(Ct, (_, fault) => { refused.Add(fault.SqlState); stuck++; }));

        Assert.Equal((210, PostgresErrorCodes.LockNotAvailable), (stuck, Assert.Single(refused)));
        // A wait of 250 ms for each of them would take 52 seconds.
        Assert.InRange(watch.Elapsed, TimeSpan.Zero, TimeSpan.FromSeconds(30));
        await holder.ExecuteAsync("ROLLBACK");
        Assert.Equal(210, await Leases.ReapAsync(Ct, (_, fault) => throw fault));
    }

    [Fact]
    public async Task A_locked_job_row_holds_up_no_claim_of_the_job()
    {
        var job = await EnqueueAsync(4);
        await using var holder = await LockAsync("jobs WHERE job_id = @Id", job);
        var watch = Stopwatch.StartNew();
        await ClaimOneAsync();
        Assert.InRange(watch.Elapsed, TimeSpan.Zero, TimeSpan.FromSeconds(3));
        Assert.Equal("queued", await ScalarAsync<string>("SELECT state FROM jobs"));

        await holder.ExecuteAsync("ROLLBACK");
        await ClaimOneAsync();
        Assert.Equal("running", await ScalarAsync<string>("SELECT state FROM jobs"));
    }

    [Fact]
    public async Task Every_fenced_write_gives_a_locked_batch_up_after_seconds_and_succeeds_when_it_is_free()
    {
        await EnqueueAsync(2);
        var lease = await ClaimOneAsync();
        var problem = (await Problems.LoadPendingAsync(lease, Ct))[0].ProblemId;
        await Environments.BeginAsync(lease, SampleEnvironment.Of("a", "r"), Ct);
        await using var holder = await LockAsync("batches WHERE batch_id = @Id", lease.BatchId);
        // The second wait is as long as the first: the limit is not left in the pool's sessions.
        foreach (var _ in (int[])[1, 2]) await Task.WhenAll(Writes(lease, problem).Select(GivesUpAsync));

        await holder.ExecuteAsync("ROLLBACK");
        foreach (var write in Writes(lease, problem).Take(4)) await write();
        Assert.Equal("0", await ScalarAsync<string>("SHOW lock_timeout"));
    }

    /// <summary>Renew, say what the attempt runs on, store a step, and the three ends of a claim.</summary>
    IEnumerable<Func<Task>> Writes(BatchLease lease, long problem) =>
    [
        () => Leases.RenewAsync(lease, Ttl, Ct),
        () => Environments.BeginAsync(lease, SampleEnvironment.Of("a", "r"), Ct),
        () => StoreAsync(lease, problem, Node(1)),
        () => Leases.FailAsync(lease, "a fault", TimeSpan.Zero, Ct),
        () => Leases.ReleaseAsync(lease, Ct),
        () => Results.CompleteAsync(lease, [], Ct),
        () => Results.CancelAsync(lease, [], Ct),
    ];

    static async Task GivesUpAsync(Func<Task> write)
    {
        var watch = Stopwatch.StartNew();
        var fault = await Assert.ThrowsAsync<PostgresException>(write);
        Assert.Equal(PostgresErrorCodes.LockNotAvailable, fault.SqlState);
        Assert.InRange(watch.Elapsed, TimeSpan.FromSeconds(3), TimeSpan.FromSeconds(30));
    }

    async Task<NpgsqlConnection> LockAsync(string row, long id)
    {
        var holder = await Database.DataSource.OpenConnectionAsync(Ct);
        await holder.ExecuteAsync($"BEGIN; SELECT 1 FROM {row} FOR UPDATE", new { Id = id });
        return holder;
    }
}
