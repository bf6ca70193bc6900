using Dapper;
using Npgsql;
using RebaseBatch.Contracts;
using RebaseBatch.Durable.Jobs;
using Xunit;

namespace RebaseBatch.Tests.Faults;

public sealed class LostDatabaseTests(PostgresServer server)
{
    [Fact]
    public async Task A_private_server_killed_under_its_worker_comes_back_and_the_job_ends_whole()
    {
        await using var postgres = await OwnPostgres.StartedAsync();
        var folder = postgres.Options.DataDirectory;
        await using var worker = RebaseProcess.Worker(null, folder, "Worker:LeaseSeconds=20");
        await worker.SaysAsync("takes batches");
        var again = await postgres.StartAsync();
        await using var db = NpgsqlDataSource.Create(again.ConnectionString);
        var (jobs, ledger) = (new JobStore(db), new Ledger(db));
        var job = await jobs.EnqueueAsync(Problems.Job(width: 16, batchSize: 5), await Problems.TakeAsync(10), default);
        await Eventually.TrueAsync(async () => await ledger.CountAsync("SELECT count(*) FROM nodes") > 0);

        await postgres.KillAsync();

        await Eventually.TrueAsync(() => Answers(async () => (await jobs.ProgressAsync(job, default))!.Ended));
        Assert.Equal(JobState.Completed, (await jobs.ProgressAsync(job, default))!.State);
        await ledger.AssertWholeAsync(10, Path.Combine(folder, "results"));
        // The lease lasted longer than the gap, so it cost no attempt.
        Assert.Equal(0, await ledger.CountAsync("SELECT count(*) FROM batches WHERE attempt > 1"));
        Assert.False(worker.HasExited, worker.Stderr);
    }

    /// <summary>It once ended with exit code 4, when all connections were cut in its first second.</summary>
    [Fact]
    public async Task A_worker_whose_connection_is_cut_while_it_looks_at_the_schema_waits_for_the_database_again()
    {
        using var folder = new TemporaryFolder();
        await using var database = await server.CreateDatabaseAsync();
        await using var holder = await database.DataSource.OpenConnectionAsync();
        await holder.ExecuteAsync("BEGIN; LOCK TABLE schema_migrations IN ACCESS EXCLUSIVE MODE");
        await using var worker = RebaseProcess.Worker(database.ConnectionString, folder.Path);
        const string Looking = "FROM pg_locks WHERE NOT granted AND relation = 'schema_migrations'::regclass";
        await Eventually.TrueAsync(
            async () => worker.HasExited || await holder.ExecuteScalarAsync<bool>($"SELECT EXISTS (SELECT {Looking})"));
        await holder.ExecuteAsync($"SELECT pg_terminate_backend(pid) {Looking}");
        await holder.ExecuteAsync("COMMIT");
        await worker.SaysAsync("takes batches");
        Assert.Contains("waiting for the database again", worker.Stderr, StringComparison.Ordinal);
    }

    static async Task<bool> Answers(Func<Task<bool>> question)
    {
        try
        {
            return await question();
        }
        catch (NpgsqlException)
        {
            return false;
        }
    }
}
