using Dapper;
using Npgsql;
using RebaseBatch.Durable.Jobs;
using Xunit;

namespace RebaseBatch.Tests.Faults;

/// <summary>A worker's connections, as the server counts them.</summary>
public sealed class ConnectionCountTests(PostgresServer server)
{
    // The test's own connections have another name.
    const string Name = "counted";

    const string Count = $"SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND application_name = '{Name}'";

    [Theory]
    [InlineData(64, 9 + 2)]
    [InlineData(2, 1 + 1)]
    public async Task A_worker_opens_no_more_connections_than_its_bound_and_rests_on_two(int batches, int bound)
    {
        using var folder = new TemporaryFolder();
        await using var database = await server.CreateDatabaseAsync();
        var settings = new NpgsqlConnectionStringBuilder(database.ConnectionString) { ApplicationName = Name };
        // What a burst needed is closed after ten seconds otherwise, for which a test need not wait.
        (settings.ConnectionIdleLifetime, settings.ConnectionPruningInterval) = (1, 1);
        settings.Remove("Maximum Pool Size");
        await using var worker = RebaseProcess.Worker(settings.ConnectionString, folder.Path, $"Worker:MaxBatches={batches}",
            "Worker:PollMaxMilliseconds=5000");
        var job = await new JobStore(database.DataSource).EnqueueAsync(
            Problems.Job(width: 4, batchSize: 1), await Problems.TakeAsync(batches), default);
        await using var watch = await database.DataSource.OpenConnectionAsync(TestContext.Current.CancellationToken);
        long most = 0, held = 0;
        while (!(await new JobStore(database.DataSource).ProgressAsync(job, default))!.Ended)
        {
            most = Math.Max(most, await watch.ExecuteScalarAsync<long>(Count));
            held = Math.Max(held, await watch.ExecuteScalarAsync<long>("SELECT count(*) FROM batches WHERE state = 'running'"));
            Assert.False(worker.HasExited, worker.Stderr);
        }

        Assert.InRange(most, 2, bound);
        Assert.Equal(batches, held);
        TestContext.Current.TestOutputHelper?.WriteLine($"{batches} batches: at most {most} connections");
        // One asks for work, and one listens for news of it.
        await Eventually.TrueAsync(async () => await watch.ExecuteScalarAsync<long>(Count) == 2);
        await new Ledger(database.DataSource).AssertWholeAsync(batches, Path.Combine(folder.Path, "results"));
    }
}
