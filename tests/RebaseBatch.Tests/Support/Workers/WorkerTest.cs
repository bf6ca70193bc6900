using RebaseBatch.Contracts;
using RebaseBatch.Durable.Jobs;
using Xunit;

namespace RebaseBatch.Tests.Support.Workers;

/// <summary>A test that runs workers on its own database and folder.</summary>
public abstract class WorkerTest(PostgresServer server) : IAsyncLifetime
{
    private protected TemporaryFolder Folder { get; } = new();

    private protected TestDatabase Database { get; private set; } = null!;

    private protected JobStore Jobs => new(Database.DataSource);

    private protected Ledger Ledger => new(Database.DataSource);

    /// <summary>Enqueues a job over the first bundled problems, waits until a worker has solved them all, and checks the tables.</summary>
    private protected async Task<long> SolvedAsync(JobSpec spec, int problems)
    {
        var job = await Jobs.EnqueueAsync(spec, await Problems.TakeAsync(problems), default);
        await Ledger.EndedAsync(job);
        await Ledger.AssertWholeAsync(problems, Folder.Path);
        return job;
    }

    public async ValueTask InitializeAsync() => Database = await server.CreateDatabaseAsync();

    public async ValueTask DisposeAsync()
    {
        await Database.DisposeAsync();
        Folder.Dispose();
        GC.SuppressFinalize(this);
    }
}
