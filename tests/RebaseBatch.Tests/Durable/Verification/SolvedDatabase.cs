using RebaseBatch.Contracts;
using RebaseBatch.Durable.Jobs;
using Xunit;

namespace RebaseBatch.Tests.Durable.Verification;

/// <summary>
/// A database in which a real worker solved two jobs, and in which a third one waits. Each test takes a copy, and may break it.
/// </summary>
public sealed class SolvedDatabase(PostgresServer server) : IAsyncLifetime
{
    readonly TemporaryFolder _results = new();
    TestDatabase _original = null!;

    public async ValueTask InitializeAsync()
    {
        _original = await server.CreateDatabaseAsync();
        var jobs = new JobStore(_original.DataSource);
        var tree = await jobs.EnqueueAsync(Problems.Job(width: 4, batchSize: 2), await Problems.TakeAsync(4), default);
        var greedy = Problems.Job(width: 1, batchSize: 2) with { Strategy = SearchStrategy.Sampling };
        var chains = await jobs.EnqueueAsync(greedy, await Problems.TakeAsync(2), default);
        await using (await WorkerInProcess.StartAsync(_original, _results.Path))
        {
            var ledger = new Ledger(_original.DataSource);
            await ledger.EndedAsync(tree);
            await ledger.EndedAsync(chains);
            await Eventually.TrueAsync(async () => await ledger.CountAsync("SELECT count(*) FROM outbox") == 0);
        }

        await jobs.EnqueueAsync(Problems.Job(width: 4, batchSize: 2), await Problems.TakeAsync(4), default);
    }

    /// <summary>A copy of the database and of the result files.</summary>
    internal async Task<SolvedCopy> CopyAsync()
    {
        var folder = new TemporaryFolder();
        foreach (var file in Directory.EnumerateFiles(_results.Path, "*", SearchOption.AllDirectories))
        {
            var copy = Path.Combine(folder.Path, Path.GetRelativePath(_results.Path, file));
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            File.Copy(file, copy);
        }
        return new(await server.CopyAsync(_original), folder);
    }

    public async ValueTask DisposeAsync()
    {
        await _original.DisposeAsync();
        _results.Dispose();
    }
}
