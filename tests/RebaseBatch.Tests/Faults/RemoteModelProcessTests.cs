using RebaseBatch.Durable.Jobs;
using Xunit;

namespace RebaseBatch.Tests.Faults;

/// <summary>Downloads in real processes that die, stop and meet.</summary>
public sealed class RemoteModelProcessTests(PostgresServer server, Azurite azurite) : IAsyncLifetime
{
    const string Name = "tiny-math-policy-m";
    const int Stall = 700_000;

    readonly TemporaryFolder _folder = new();
    FileServer _server = null!;

    string Reference => BundledFile.Reference(_server.UriOf("m.gguf"), Name);

    // A job names it, and it is on this machine.
    string Listed => $"Sources:Models={_server.UriOf("")}";

    string Kept => Path.Combine(_folder.Path, "models", $"{BundledFile.Sha256(Name)}.gguf");

    public async ValueTask InitializeAsync() => _server = await FileServer.StartAsync(BundledFile.Content(Name));

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        _folder.Dispose();
    }

    RebaseProcess Check() => RebaseProcess.Start("models", "check", Reference, "--data", _folder.Path, "--format", "json");

    Task PartHasAsync(long bytes) =>
        Eventually.TrueAsync(() => File.Exists($"{Kept}.part") && new FileInfo($"{Kept}.part").Length == bytes);

    [Fact]
    public async Task After_a_kill_the_next_fetches_only_what_is_missing()
    {
        _server.Meet(new() { StallAfter = Stall });
        await using (var killed = Check())
        {
            await PartHasAsync(Stall);
            killed.Kill();
            await killed.ExitAsync();
        }

        await using var next = Check();
        Assert.True(await next.ExitAsync() == 0, next.Stderr);
        Assert.Equal([null, $"bytes={Stall}-"], _server.Requests.Select(request => request.Range));
        Assert.Equal(_server.Content.Length - Stall, _server.Requests[1].Sent);
        Assert.Equal(_server.Content, await File.ReadAllBytesAsync(Kept, TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Two_processes_fetch_a_model_once()
    {
        var go = new TaskCompletionSource();
        _server.Meet(new() { StallAfter = Stall, Until = go.Task });
        await using var first = Check();
        await using var second = Check();
        await Eventually.TrueAsync(
            () => $"{first.Stderr}{second.Stderr}".Contains("waiting for another process", StringComparison.Ordinal));
        go.SetResult();
        Assert.Equal((0, 0), (await first.ExitAsync(), await second.ExitAsync()));
        Assert.Equal(_server.Content.Length, Assert.Single(_server.Requests).Sent);
    }

    [Fact]
    public async Task Whoever_waited_for_a_killed_process_goes_on_where_that_was()
    {
        _server.Meet(new() { StallAfter = Stall });
        await using var first = Check();
        await PartHasAsync(Stall);
        await using var second = Check();
        await second.SaysAsync("waiting for another process");
        first.Kill();
        Assert.True(await second.ExitAsync() == 0, second.Stderr);
        Assert.Equal($"bytes={Stall}-", _server.Requests[1].Range);
    }

    [Fact]
    public async Task A_worker_that_is_to_stop_leaves_its_download_at_once_and_another_solves_the_job()
    {
        await using var database = await server.CreateDatabaseAsync();
        _server.Meet(new() { StallAfter = Stall });
        var job = await new JobStore(database.DataSource).EnqueueAsync(Problems.Job(width: 4) with { Policy = Reference },
            await Problems.TakeAsync(2), default);
        await using (var stopped = RebaseProcess.Worker(database.ConnectionString, _folder.Path, "Worker:LeaseSeconds=3000", Listed))
        {
            await PartHasAsync(Stall);
            stopped.Signal(Signals.Terminate);
            Assert.Equal(0, await stopped.ExitAsync(TimeSpan.FromSeconds(20)));
        }

        await using var other = RebaseProcess.Worker(database.ConnectionString, _folder.Path, Listed);
        var progress = await new Ledger(database.DataSource).EndedAsync(job);
        Assert.Equal((2, 0), (progress.Answered, progress.Failed));
        Assert.Equal([null, $"bytes={Stall}-"], _server.Requests.Select(request => request.Range));
    }

    [Fact]
    public async Task A_worker_solves_a_job_whose_policy_and_dataset_are_private_blobs()
    {
        var (_, container) = await azurite.NewContainerAsync();
        var (policy, dataset) = (container.GetBlobClient("models/m.gguf"), container.GetBlobClient("sets/two.jsonl"));
        await policy.UploadAsync(new BinaryData(BundledFile.Content(Name)));
        await dataset.UploadAsync(new BinaryData("""
            {"question":"Mia has 3 bags of 3 books each. How many books does she have?","answer":"#### 9"}
            {"question":"Tom has 2 boxes of 4 pens each. How many pens does he have?","answer":"#### 8"}
            """));
        await using var database = await server.CreateDatabaseAsync();
        var account = $"Rebase:Blobs:ConnectionString={await azurite.StartAsync()}";
        await using var enqueue =
            RebaseProcess.Start("jobs", "enqueue", dataset.Uri.AbsoluteUri, "--policy", BundledFile.Reference(policy.Uri.AbsoluteUri, Name),
                "--reward", "tiny-math-prm",
            "--width", "4", "--database", database.ConnectionString, "--data", _folder.Path, "--set", account);
        Assert.True(await enqueue.ExitAsync() == 0, enqueue.Stderr);

        await using var worker = RebaseProcess.Worker(database.ConnectionString, _folder.Path, account["Rebase:".Length..]);
        var ledger = new Ledger(database.DataSource);
        var progress = await ledger.EndedAsync(1);
        Assert.Equal((2, 0), (progress.Answered, progress.Failed));
        Assert.Equal(2, await ledger.CountAsync($"SELECT count(*) FROM usage WHERE policy_sha256 = '{BundledFile.Sha256(Name)}'"));
    }
}
