using Microsoft.Extensions.Logging.Abstractions;
using RebaseBatch.Inference.Catalog;
using RebaseBatch.Inference.Loading;
using RebaseBatch.Platform.Errors;
using RebaseBatch.Platform.Remote;
using RebaseBatch.Tests.Inference.Remote;
using Xunit;

namespace RebaseBatch.Tests.Inference.Loading;

public sealed class RemoteModelPoolTests : IAsyncLifetime
{
    // Only a stop ends a download that stalls here.
    static readonly RetryPolicy s_endless = new() { Stall = TimeSpan.FromHours(1) };
    static readonly TimeSpan s_soon = TimeSpan.FromMinutes(1);

    readonly TemporaryFolder _folder = new();
    FileServer _server = null!;
    ModelPool _pool = null!;
    ModelLoader _loader = null!;

    static CancellationToken Ct => TestContext.Current.CancellationToken;

    string Model => BundledFile.Reference(_server.UriOf("p.gguf"), "tiny-math-policy-s");

    string Part => Path.Combine(_folder.Path, $"{BundledFile.Sha256("tiny-math-policy-s")}.gguf.part");

    public async ValueTask InitializeAsync()
    {
        _server = await FileServer.StartAsync(BundledFile.Content("tiny-math-policy-s"));
        var options = new InferenceOptions { PolicyThreads = 1, RewardThreads = 1, ContextCells = 512 };
        _loader = new(options, NullLoggerFactory.Instance,
            new(_folder.Path, new(null, s_endless, TimeProvider.System), TimeProvider.System, NullLogger<ModelCache>.Instance));
        _pool = new(new(new Dictionary<string, ModelOptions>()), _loader, options);
    }

    public async ValueTask DisposeAsync()
    {
        // In this order, so that no download that stalls keeps the pool.
        await _server.DisposeAsync();
        await _pool.DisposeAsync();
        _folder.Dispose();
    }

    Task PartHasAsync(long bytes) => Eventually.TrueAsync(() => File.Exists(Part) && new FileInfo(Part).Length == bytes);

    [Fact]
    public async Task A_model_is_fetched_when_it_is_first_asked_for()
    {
        using (var first = await _pool.AcquireAsync(Model, null, Ct))
            Assert.Equal(BundledFile.Sha256("tiny-math-policy-s"), first.Policy.Identity.Sha256);
        using var second = await _pool.AcquireAsync(Model, null, Ct);
        Assert.Equal(_server.UriOf("p.gguf"), second.Policy.Identity.Name);
        Assert.Single(_server.Requests);
    }

    [Fact]
    public async Task A_download_that_nobody_waits_for_any_more_is_stopped_and_gone_on_with_later()
    {
        _server.Meet(new() { StallAfter = 200_000 });
        using var drain = CancellationTokenSource.CreateLinkedTokenSource(Ct);
        var waiting = _pool.AcquireAsync(Model, null, drain.Token);
        await PartHasAsync(200_000);
        await drain.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);

        using var lease = await _pool.AcquireAsync(Model, null, Ct).WaitAsync(s_soon, Ct);
        Assert.Equal([null, "bytes=200000-"], _server.Requests.Select(request => request.Range));
        Assert.True(lease.Policy.IsAlive);
    }

    [Fact]
    public async Task A_download_goes_on_while_somebody_waits_for_it()
    {
        var go = new TaskCompletionSource();
        _server.Meet(new() { StallAfter = 200_000, Until = go.Task });
        using var drain = CancellationTokenSource.CreateLinkedTokenSource(Ct);
        var leaving = _pool.AcquireAsync(Model, null, drain.Token);
        var staying = _pool.AcquireAsync(Model, null, Ct);
        await PartHasAsync(200_000);
        await drain.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => leaving);
        go.SetResult();
        using var lease = await staying;
        Assert.Single(_server.Requests);
    }

    [Fact]
    public async Task A_model_that_cannot_be_had_is_told_while_the_other_is_being_fetched()
    {
        _server.Meet(new() { StallAfter = 200_000 });
        var waiting = _pool.AcquireAsync(Model, "/no/such.gguf", Ct);
        var lack = await Assert.ThrowsAsync<MachineFaultException>(() => waiting);
        Assert.Equal(ExitCode.NotFound, Assert.IsType<UserException>(lack.InnerException).Code);
        Assert.Contains("/no/such.gguf", _pool.Fault, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_pool_that_is_disposed_stops_its_downloads()
    {
        _server.Meet(new() { StallAfter = 200_000 });
        var waiting = _pool.AcquireAsync(Model, null, Ct);
        await PartHasAsync(200_000);
        await _pool.DisposeAsync().AsTask().WaitAsync(s_soon, Ct);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
    }

    [Fact]
    public async Task A_pool_that_is_disposed_waits_for_no_model_server()
    {
        await using var server = await StubServer.StartAsync();
        server.Reply = _ => StubReply.Never;
        var entry = new ModelOptions
        {
            Endpoint = server.Uri.AbsoluteUri, Kind = "vllm", Parameters = 1e6, Vocabulary = Models.PathOf("tiny-math-policy-s"),
        };
        var pool = new ModelPool(new(new Dictionary<string, ModelOptions> { ["served"] = entry }), _loader, new());
        var waiting = pool.AcquireAsync("served", null, Ct);
        await Eventually.TrueAsync(() => server.Requests.Count == 1);
        await pool.DisposeAsync().AsTask().WaitAsync(s_soon, Ct);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
        await Eventually.TrueAsync(() => server.Aborted == 1);
    }

    [Fact]
    public async Task A_head_is_fetched_with_its_model()
    {
        var entry = new ModelOptions
        {
            Path = Model, Convention = "skywork", Head = Model.Replace("p.gguf", "head.safetensors", StringComparison.Ordinal),
        };
        var profile = new ModelCatalog(new Dictionary<string, ModelOptions> { ["prm"] = entry }).Resolve("prm");
        Assert.False(_loader.Here(profile).IsHere);
        var fetched = await _loader.FetchAsync(profile, Ct);
        Assert.True(fetched.IsHere && _loader.Here(profile).IsHere);
        Assert.Equal(_server.Content, await File.ReadAllBytesAsync(fetched.Reward.Head!, Ct));
        Assert.Equal(["/p.gguf", "/head.safetensors"], _server.Requests.Select(request => request.Path));
    }
}
