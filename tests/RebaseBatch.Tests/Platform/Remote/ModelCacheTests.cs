using System.Security.Cryptography;
using Microsoft.Extensions.Logging;
using RebaseBatch.Platform.Errors;
using RebaseBatch.Platform.Remote;
using Xunit;

namespace RebaseBatch.Tests.Platform.Remote;

public sealed class ModelCacheTests : IAsyncLifetime
{
    static readonly byte[] s_content = RandomNumberGenerator.GetBytes(600_000);
    static readonly byte[] s_other = RandomNumberGenerator.GetBytes(500_000);

    static readonly RetryPolicy s_brief = new()
    {
        Stall = TimeSpan.FromSeconds(20), FirstPause = TimeSpan.FromMilliseconds(5),
        LongestPause = TimeSpan.FromMilliseconds(20), Faults = 3,
    };

    readonly TemporaryFolder _folder = new();
    readonly List<string> _log = [];
    FileServer _server = null!;

    static CancellationToken Ct => TestContext.Current.CancellationToken;

    string CacheFolder => Path.Combine(_folder.Path, "data", "models");

    RemoteUri Uri => RemoteUri.Parse(_server.UriOf("big/m.gguf?sig=secret"));

    public async ValueTask InitializeAsync() => _server = await FileServer.StartAsync(s_content);

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        _folder.Dispose();
    }

    static string Hash(byte[] content) => Convert.ToHexStringLower(SHA256.HashData(content));

    ModelCache Cache(TimeProvider? time = null)
    {
        var logs = LoggerFactory.Create(
            logging => logging.SetMinimumLevel(LogLevel.Trace)
                .AddProvider(new RebaseBatch.Hosting.StderrLoggerProvider(Keep, _ => LogLevel.Trace)));
        return new(CacheFolder, new(null, s_brief, time ?? TimeProvider.System), time ?? TimeProvider.System,
            logs.CreateLogger<ModelCache>());
    }

    void Keep(string line)
    {
        lock (_log) _log.Add(line);
    }

    Task<string> FetchAsync(string? sha256 = null) => Cache().FetchAsync(Uri, sha256 ?? Hash(s_content), ".gguf", Ct);

    async Task StopMidwayAsync(int after)
    {
        _server.Meet(new() { StallAfter = after });
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Ct);
        var running = Cache().FetchAsync(Uri, Hash(s_content), ".gguf", stop.Token);
        await Eventually.TrueAsync(() => File.Exists(PartPath) && new FileInfo(PartPath).Length == after);
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running);
    }

    string PartPath => Path.Combine(CacheFolder, $"{Hash(s_content)}.gguf.part");

    string[] Files =>
        [.. Directory.EnumerateFiles(CacheFolder).Select(path => Path.GetFileName(path))
            .Where(name => !name.EndsWith(".lock", StringComparison.Ordinal)).Order(StringComparer.Ordinal)];

    [Fact]
    public async Task A_file_is_fetched_once_and_named_by_its_content()
    {
        var path = await FetchAsync();
        Assert.Equal(path, await FetchAsync());
        Assert.Equal(Path.Combine(CacheFolder, $"{Hash(s_content)}.gguf"), path);
        Assert.Equal(s_content, await File.ReadAllBytesAsync(path, Ct));
        Assert.Single(_server.Requests);
        Assert.Equal([Path.GetFileName(path)], Files);
    }

    [Fact]
    public async Task A_stop_keeps_what_is_here_and_the_next_goes_on_from_there()
    {
        await StopMidwayAsync(250_000);
        await FetchAsync();
        Assert.Equal(["bytes=250000-"], _server.Requests.Skip(1).Select(request => request.Range));
        Assert.Equal(350_000, _server.Requests[1].Sent);
        Assert.Equal([$"{Hash(s_content)}.gguf"], Files);
        Assert.Contains(_log, line => line.Contains("250 kB are already here", StringComparison.Ordinal));
    }

    [Fact]
    public async Task What_changed_since_the_stop_comes_from_its_start()
    {
        await StopMidwayAsync(250_000);
        (_server.Content, _server.Tag) = (s_other, "\"2\"");
        var path = await FetchAsync(Hash(s_other));
        Assert.Equal(s_other, await File.ReadAllBytesAsync(path, Ct));
    }

    [Fact]
    public async Task Bytes_from_elsewhere_are_not_gone_on_with()
    {
        await StopMidwayAsync(250_000);
        await Cache().FetchAsync(RemoteUri.Parse(_server.UriOf("mirror/m.gguf")), Hash(s_content), ".gguf", Ct);
        Assert.Null(_server.Requests[1].Range);
    }

    [Fact]
    public async Task A_crash_before_the_name_is_given_asks_for_nothing_again()
    {
        await StopMidwayAsync(250_000);
        await using (var part = File.OpenWrite(PartPath))
        {
            part.Position = 250_000;
            part.Write(s_content.AsSpan(250_000));
        }

        var path = await FetchAsync();
        Assert.Equal(s_content, await File.ReadAllBytesAsync(path, Ct));
        Assert.Single(_server.Requests);
    }

    [Fact]
    public async Task A_wrong_file_is_thrown_away_and_both_hashes_named()
    {
        var wanted = Hash(s_other);
        var refused = await Assert.ThrowsAsync<UserException>(() => FetchAsync(wanted));
        Assert.Equal(ExitCode.ModelUnusable, refused.Code);
        Assert.Contains(wanted, refused.Message, StringComparison.Ordinal);
        Assert.Contains(Hash(s_content), refused.Message, StringComparison.Ordinal);
        Assert.Empty(Files);
        Assert.Single(_server.Requests);
    }

    [Fact]
    public async Task A_file_that_ends_early_gets_no_name()
    {
        _server.Content = s_content[..^1];
        await Assert.ThrowsAsync<UserException>(() => FetchAsync());
        Assert.Empty(Files);
    }

    [Fact]
    public async Task A_part_that_was_damaged_is_fetched_once_more_from_its_start()
    {
        await StopMidwayAsync(250_000);
        await using (var part = File.OpenWrite(PartPath))
        {
            part.Position = 100_000;
            part.Write(new byte[5000]);
        }

        var path = await FetchAsync();
        Assert.Equal(s_content, await File.ReadAllBytesAsync(path, Ct));
        Assert.Equal([null, "bytes=250000-", null], _server.Requests.Select(request => request.Range));
    }

    [Theory]
    [InlineData("")]
    [InlineData("{")]
    [InlineData("null")]
    public async Task A_part_of_unknown_content_is_not_gone_on_with(string state)
    {
        await StopMidwayAsync(250_000);
        await File.WriteAllTextAsync(PartPath + ".json", state, Ct);
        Assert.Equal(s_content, await File.ReadAllBytesAsync(await FetchAsync(), Ct));
    }

    [Fact]
    public async Task Two_at_once_fetch_it_once()
    {
        var go = new TaskCompletionSource();
        _server.Meet(new() { StallAfter = 100_000, Until = go.Task });
        var both = new[] { FetchAsync(), FetchAsync() };
        await Eventually.TrueAsync(() => Said("waiting for another process"));
        go.SetResult();
        Assert.Single((await Task.WhenAll(both)).Distinct());
        Assert.Single(_server.Requests);
    }

    [Fact]
    public async Task Whoever_waits_goes_on_when_the_other_fails()
    {
        _server.Meet(new() { StallAfter = 100_000 });
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Ct);
        var first = Cache().FetchAsync(Uri, Hash(s_content), ".gguf", stop.Token);
        await Eventually.TrueAsync(() => File.Exists(PartPath) && new FileInfo(PartPath).Length == 100_000);
        var second = FetchAsync();
        await Eventually.TrueAsync(() => Said("waiting for another process"));
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => first);
        Assert.Equal(s_content, await File.ReadAllBytesAsync(await second, Ct));
        Assert.Equal(s_content.Length, _server.Requests.Sum(request => request.Sent));
    }

    [Fact]
    public async Task A_wait_for_another_process_can_be_left()
    {
        _server.Meet(new() { StallAfter = 100_000 });
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Ct);
        var first = Cache().FetchAsync(Uri, Hash(s_content), ".gguf", Ct);
        await Eventually.TrueAsync(() => _server.Requests is [{ Sent: 100_000 }]);
        var second = Cache().FetchAsync(Uri, Hash(s_content), ".gguf", stop.Token);
        await Eventually.TrueAsync(() => Said("waiting for another process"));
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => second);
        Assert.False(first.IsCompleted);
        await _server.DisposeAsync();
        await Assert.ThrowsAsync<UserException>(() => first);
    }

    [Fact]
    public async Task A_full_disk_is_named_and_the_part_kept()
    {
        Assert.SkipUnless(File.Exists("/dev/full"), "there is no device here that is always full");
        Directory.CreateDirectory(CacheFolder);
        File.CreateSymbolicLink(PartPath, "/dev/full");
        var refused = await Assert.ThrowsAsync<UserException>(() => FetchAsync());
        Assert.True(refused.Message.Contains("is full", StringComparison.Ordinal), $"{refused}");
        Assert.Equal(ExitCode.NoPermission, refused.Code);
    }

    [Fact]
    public async Task A_file_that_the_disk_has_no_room_for_is_not_begun()
    {
        _server.Meet(new() { Status = 302, Location = "/huge" });
        await using var part = PartFile.Temporary();
        var content = new RemoteContent(new MemoryStream(), 0, long.MaxValue / 2, null, null);
        var refused =
            await Assert.ThrowsAsync<UserException>(
                () => new Download(new Scripted(Uri, content), s_brief, TimeProvider.System).RunAsync(part, (_, _) => { }, Ct));
        Assert.Contains("make room", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_folder_that_cannot_be_made_is_named()
    {
        _folder.Write("data", "a file in its place");
        var refused = await Assert.ThrowsAsync<UserException>(() => FetchAsync());
        Assert.Equal(ExitCode.NoPermission, refused.Code);
        Assert.Contains("ModelCacheDirectory", refused.Message, StringComparison.Ordinal);
        Assert.Empty(_server.Requests);
    }

    [Fact]
    public async Task No_secret_gets_into_logs_errors_or_files()
    {
        await StopMidwayAsync(250_000);
        Assert.DoesNotContain("secret", await File.ReadAllTextAsync(PartPath + ".json", Ct), StringComparison.Ordinal);
        for (var i = 0; i < 3; i++) _server.Meet(new() { Status = 503 });
        var refused = await Assert.ThrowsAsync<UserException>(() => FetchAsync());
        Assert.DoesNotContain("secret", $"{refused}", StringComparison.Ordinal);
        await FetchAsync();
        Assert.NotEmpty(_log);
        Assert.DoesNotContain(_log, line => line.Contains("secret", StringComparison.Ordinal));
        Assert.All(_server.Requests, request => Assert.EndsWith("?sig=secret", request.Path, StringComparison.Ordinal));
    }

    [Fact]
    public void Progress_is_told_every_five_seconds_at_most()
    {
        var time = new ManualTime();
        var logs = LoggerFactory.Create(
            logging => logging.AddProvider(new RebaseBatch.Hosting.StderrLoggerProvider(Keep, _ => LogLevel.Trace)));
        var report = new DownloadReport(Uri, 1_000_000, time, logs.CreateLogger("x"));
        for (var second = 1; second <= 12; second++)
        {
            time.Pass(TimeSpan.FromSeconds(1));
            report.Moved(1_000_000 + second * 1_000_000, 20_000_000);
        }

        Assert.Equal(2, _log.Count(line => line.Contains(" of 20 MB", StringComparison.Ordinal)));
        Assert.Contains(_log, line => line.Contains("6 MB of 20 MB are here, 30.0 %, at 1 MB/s", StringComparison.Ordinal));
    }

    bool Said(string text)
    {
        lock (_log) return _log.Exists(line => line.Contains(text, StringComparison.Ordinal));
    }

    sealed class Scripted(RemoteUri uri, RemoteContent content) : IRemoteFile
    {
        public RemoteUri Uri => uri;

        public Task<RemoteContent> OpenAsync(long offset, string? validator, CancellationToken ct) => Task.FromResult(content);
    }
}
