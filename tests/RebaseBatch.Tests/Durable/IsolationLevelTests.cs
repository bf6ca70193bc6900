using Dapper;
using Npgsql;
using RebaseBatch.Contracts;
using RebaseBatch.Durable.Batches;
using RebaseBatch.Durable.Jobs;
using RebaseBatch.Durable.Leases;
using RebaseBatch.Durable.Results;
using Xunit;

namespace RebaseBatch.Tests.Durable;

/// <summary>Databases whose transactions see one snapshot from their first statement on, unless they name another level.</summary>
public sealed class IsolationLevelTests(PostgresServer server) : StoreTest(server)
{
    [Theory]
    [InlineData("repeatable read")]
    [InlineData("serializable")]
    public async Task Of_two_last_batches_that_end_at_once_one_ends_the_job(string level)
    {
        await using var db = await OfLevelAsync(level);
        var (jobs, leases, problems, results) = (new JobStore(db), new LeaseStore(db), new ProblemStore(db), new ResultStore(db));
        var job = await jobs.EnqueueAsync(Spec, [.. Enumerable.Range(0, 4).Select(Problem)], Ct);
        var held = await leases.ClaimAsync("worker", 2, Ttl, Ct);

        await using var other = await Database.DataSource.OpenConnectionAsync(Ct);
        await using var obstacle = await other.BeginTransactionAsync(Ct);
        await other.ExecuteAsync("SELECT 1 FROM jobs FOR UPDATE");
        var completions = held.Select(async lease =>
        {
            var pending = await problems.LoadPendingAsync(lease, Ct);
            return await results.CompleteAsync(lease, [.. pending.Select(p => Result(lease, p))], Ct);
        }).ToList();
        await Eventually.TrueAsync(async () => await ScalarAsync<int>(
            "SELECT count(*)::int FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'") == 2);
        await obstacle.CommitAsync(Ct);

        Assert.All(await Task.WhenAll(completions), Assert.True);
        Assert.Equal(JobState.Completed, (await ProgressAsync(job)).State);
    }

    [Theory]
    [InlineData("repeatable read")]
    [InlineData("serializable")]
    public async Task A_job_of_two_workers_ends_whole(string level)
    {
        using var folder = new TemporaryFolder();
        await using var db = await OfLevelAsync(level);
        await using var first = await WorkerInProcess.StartAsync(db, folder.Path);
        await using var second = await WorkerInProcess.StartAsync(db, folder.Path);
        var job = await new JobStore(db).EnqueueAsync(
            Tests.Support.Problems.Job(width: 4, batchSize: 1), await Tests.Support.Problems.TakeAsync(8), Ct);
        var ledger = new Ledger(db);
        await ledger.EndedAsync(job);
        await ledger.AssertWholeAsync(8, folder.Path);
        Assert.Equal(1, await ledger.CountAsync("SELECT max(attempt) FROM batches"));
    }

    [Theory]
    [InlineData("repeatable read")]
    [InlineData("serializable")]
    public async Task A_renewal_that_waited_for_another_write_of_its_batch_succeeds(string level)
    {
        await using var db = await OfLevelAsync(level);
        await EnqueueAsync(1);
        var leases = new LeaseStore(db);
        var lease = Assert.Single(await leases.ClaimAsync("worker", 1, Ttl, Ct));
        await using var other = await Database.DataSource.OpenConnectionAsync(Ct);
        await using var obstacle = await other.BeginTransactionAsync(Ct);
        await other.ExecuteAsync("UPDATE batches SET lease_until = now() + interval '1 minute'");
        var renewal = leases.RenewAsync(lease, Ttl, Ct);
        await Eventually.TrueAsync(async () => await ScalarAsync<int>(
            "SELECT count(*)::int FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'") == 1);
        await obstacle.CommitAsync(Ct);
        Assert.Equal(LeaseState.Held, await renewal);
    }

    async Task<NpgsqlDataSource> OfLevelAsync(string level)
    {
        var db = NpgsqlDataSource.Create(new NpgsqlConnectionStringBuilder(Database.ConnectionString)
        {
            Options = $"-c default_transaction_isolation={level.Replace(" ", "\\ ", StringComparison.Ordinal)}",
        });
        await using var connection = await db.OpenConnectionAsync(Ct);
        Assert.Equal(level, await connection.ExecuteScalarAsync<string>("SHOW default_transaction_isolation"));
        return db;
    }
}
