using RebaseBatch.Durable.Jobs;
using RebaseBatch.Durable.Results;
using Xunit;

namespace RebaseBatch.Tests.Faults;

public sealed class BlobResultsTests(PostgresServer server, Azurite azurite)
{
    [Fact]
    public async Task Two_workers_with_results_in_blob_storage_one_of_them_killed_lose_and_double_nothing()
    {
        using var folder = new TemporaryFolder();
        await using var database = await server.CreateDatabaseAsync();
        var (_, container) = await azurite.NewContainerAsync();
        string[] blobs = [$"Blobs:ConnectionString={await azurite.StartAsync()}", $"Results:Container={container.Name}"];
        await using var killed = RebaseProcess.Worker(database.ConnectionString, folder.Path, [.. blobs, "Worker:Id=killed"]);
        await using var survivor = RebaseProcess.Worker(database.ConnectionString, folder.Path, [.. blobs, "Worker:Id=survivor"]);
        var job = await new JobStore(database.DataSource).EnqueueAsync(Problems.Job(width: 16, batchSize: 3),
            await Problems.TakeAsync(18), default);
        var ledger = new Ledger(database.DataSource);
        // In the middle of a tree, when it or the other worker has already written other batches.
        await Eventually.TrueAsync(async () => await ledger.CountAsync("""
            SELECT count(*) FROM batches b WHERE lease_owner = 'killed' AND EXISTS (
                SELECT 1 FROM problems p JOIN nodes n USING (problem_id) WHERE p.batch_id = b.batch_id AND n.lease_epoch = b.lease_epoch)
            """) > 0);
        killed.Kill();

        await ledger.EndedAsync(job);
        await ledger.AssertWholeAsync(18, new AzureResultBlobs(container),
            async name => (await container.GetBlobClient(name).DownloadContentAsync()).Value.Content.ToString());
        // A committed row names every blob, and no file went to the folder.
        var names = new List<string>();
        await foreach (var blob in container.GetBlobsAsync()) names.Add(blob.Name);
        Assert.Equal(names.Count, await ledger.CountAsync("SELECT count(*) FROM blobs"));
        Assert.False(Directory.Exists(Path.Combine(folder.Path, "results")));
    }
}
