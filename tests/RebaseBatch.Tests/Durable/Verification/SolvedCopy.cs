using System.Diagnostics.Metrics;
using Dapper;
using Microsoft.Extensions.Logging.Abstractions;
using RebaseBatch.Durable.Outbox;
using RebaseBatch.Durable.Results;
using RebaseBatch.Durable.Verification;

namespace RebaseBatch.Tests.Durable.Verification;

/// <summary>A copy of <see cref="SolvedDatabase"/> that a test may break.</summary>
sealed class SolvedCopy(TestDatabase database, TemporaryFolder folder) : IAsyncDisposable
{
    public TestDatabase Database => database;

    public FolderResultBlobs Blobs { get; } = new(folder.Path);

    public string Folder => folder.Path;

    /// <summary>The checks that find a fault.</summary>
    public async Task<string[]> FaultyAsync() =>
        [.. (await FindAsync()).Where(finding => finding.IsFaulty).Select(finding => finding.Check).Order(StringComparer.Ordinal)];

    public Task<IReadOnlyList<Finding>> FindAsync() => new Verifier(database.DataSource, Blobs).RunAsync(TimeSpan.FromSeconds(30), default);

    /// <summary>Repairs, and writes the files that this orders.</summary>
    public async Task RepairAsync()
    {
        var verifier = new Verifier(database.DataSource, Blobs);
        var grace = TimeSpan.FromSeconds(30);
        await new RepairRun(verifier, new(database.DataSource, Blobs)).RunAsync(await verifier.RunAsync(grace, default), grace, default);
        using var meter = new Meter("test");
        var outbox = new OutboxWorker(database.DataSource, Blobs, TimeProvider.System, new(meter), NullLogger<OutboxWorker>.Instance);
        await outbox.DrainOnceAsync(default);
    }

    public async Task ExecuteAsync(string sql)
    {
        await using var connection = await database.DataSource.OpenConnectionAsync();
        await connection.ExecuteAsync(sql);
    }

    public async Task<T> ScalarAsync<T>(string sql)
    {
        await using var connection = await database.DataSource.OpenConnectionAsync();
        return (await connection.ExecuteScalarAsync<T>(sql))!;
    }

    public async ValueTask DisposeAsync()
    {
        await database.DisposeAsync();
        folder.Dispose();
    }
}
