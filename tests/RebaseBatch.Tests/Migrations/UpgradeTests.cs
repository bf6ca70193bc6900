using Dapper;
using RebaseBatch.Evaluation.Sweeps;
using RebaseBatch.Migrations;
using Xunit;

namespace RebaseBatch.Tests.Migrations;

/// <summary>This version goes on with what an earlier version stored.</summary>
public sealed class UpgradeTests(PostgresServer server)
{
    [Fact]
    public async Task A_job_killed_under_the_version_before_goes_on_in_its_trees()
    {
        using var folder = new TemporaryFolder();
        await using var database = await server.CreateEmptyDatabaseAsync();
        await new Migrator(database.DataSource, MigrationScript.Embedded()
            .Where(script => script.Number is >= 1 and <= 5)).MigrateAsync(default);
        await using (var connection = await database.DataSource.OpenConnectionAsync())
            await connection.ExecuteAsync(
                await File.ReadAllTextAsync(Path.Combine(AppContext.BaseDirectory, "Migrations", "killed-under-0005.sql")));
        var ledger = new Ledger(database.DataSource);
        var stored = (await ledger.StepsAsync()).ToHashSet();

        await new Migrator(database.DataSource).MigrateAsync(default);
        await using var worker = await WorkerInProcess.StartAsync(database, folder.Path);
        await ledger.EndedAsync(1);

        Assert.ProperSuperset(stored, (await ledger.StepsAsync()).ToHashSet());
        await ledger.AssertWholeAsync(6, folder.Path);
        // Nobody recorded the end of the second batch's first attempt: its worker was killed. This version's reaper records it.
        Assert.Equal([(1L, 1L), (2L, 1L), (2L, 2L)], await AttemptsAsync(database));
        Assert.NotNull(Assert.Single(await new PastJobStore(database.DataSource).ReadAsync(default)).Seconds);
    }

    static async Task<IEnumerable<(long Batch, long Epoch)>> AttemptsAsync(TestDatabase database)
    {
        await using var connection = await database.DataSource.OpenConnectionAsync();
        return await connection.QueryAsync<(long, long)>("SELECT batch_id, lease_epoch FROM attempts ORDER BY 1, 2");
    }
}
