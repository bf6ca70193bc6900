using Dapper;
using RebaseBatch.Durable.Results;
using RebaseBatch.Durable.Verification;
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
        await MigrateAsync(database, 5);
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

    [Theory]
    [InlineData("tiny-math-policy-s", true)]
    [InlineData("/models/large-00001-of-00003.gguf", false)]
    public async Task A_database_of_the_version_before_holds_nothing_false_afterwards(string policy, bool pinned)
    {
        using var folder = new TemporaryFolder();
        await using var database = await server.CreateEmptyDatabaseAsync();
        await MigrateAsync(database, 5);
        await ExecuteAsync(await File.ReadAllTextAsync(Path.Combine(AppContext.BaseDirectory, "Migrations", "killed-under-0005.sql")));
        await MigrateAsync(database, 7);
        // An error was a wrong answer then, and a batch that runs has no lease id.
        await ExecuteAsync("""
            UPDATE answers SET error = 'a fault', answer = NULL, correct = false WHERE problem_id = 1;
            UPDATE batches SET lease_until = now() + interval '1 hour' WHERE state = 'running';
            """);
        await ExecuteAsync($"UPDATE jobs SET spec = jsonb_set(spec, '{{policy}}', '\"{policy}\"')");

        await new Migrator(database.DataSource).MigrateAsync(default);

        var found = await new Verifier(database.DataSource, new FolderResultBlobs(folder.Path)).RunAsync(TimeSpan.FromSeconds(30), default);
        Assert.Empty(found.Where(finding => finding.IsFaulty).SelectMany(finding => finding.Examples));
        await using var connection = await database.DataSource.OpenConnectionAsync();
        Assert.Equal((1, 2, 2), await connection.QuerySingleAsync<(int, int, int)>("SELECT failed, graded, answered - failed FROM v_jobs"));
        // A worker of the version before, which goes on until it is replaced, ends its batch.
        await ExecuteAsync("""
            INSERT INTO answers (problem_id, job_id, batch_id, correct, votes, candidates, error, lease_epoch)
            SELECT problem_id, job_id, batch_id, false, '[]', '[]', 'a fault', 1 FROM problems WHERE batch_id = 2
            """);
        Assert.Equal((4, 2, 2), await connection.QuerySingleAsync<(int, int, int)>("SELECT failed, graded, answered - failed FROM v_jobs"));
        // The hash of a split model is now another one: a job that was pinned to the old one would wait for ever.
        Assert.Equal(pinned, await connection.ExecuteScalarAsync<bool>("SELECT policy_sha256 IS NOT NULL FROM jobs"));

        async Task ExecuteAsync(string sql)
        {
            await using var writer = await database.DataSource.OpenConnectionAsync();
            await writer.ExecuteAsync(sql);
        }
    }

    static Task<int> MigrateAsync(TestDatabase database, int last) => new Migrator(
        database.DataSource, MigrationScript.Embedded().Where(script => script.Number >= 1 && script.Number <= last)).MigrateAsync(default);

    static async Task<IEnumerable<(long Batch, long Epoch)>> AttemptsAsync(TestDatabase database)
    {
        await using var connection = await database.DataSource.OpenConnectionAsync();
        return await connection.QueryAsync<(long, long)>("SELECT batch_id, lease_epoch FROM attempts ORDER BY 1, 2");
    }
}
