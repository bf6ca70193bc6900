using RebaseBatch.Platform.Errors;
using RebaseBatch.Platform.Remote;
using Xunit;

namespace RebaseBatch.Tests.Platform.Remote;

public sealed class HttpsFileTests : RemoteFileConformance, IAsyncLifetime
{
    FileServer _server = null!;

    public async ValueTask InitializeAsync() => _server = await FileServer.StartAsync([]);

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    private protected override Task<Uri> PutAsync(byte[] content)
    {
        (_server.Content, _server.Tag) = (content, $"\"{Convert.ToHexString(System.Security.Cryptography.SHA256.HashData(content))}\"");
        return Task.FromResult(new Uri(_server.UriOf("models/a%20file.gguf")));
    }

    private protected override IRemoteFile FileAt(Uri uri) =>
        Assert.IsType<HttpsFile>(new RemoteFiles(null, Brief, TimeProvider.System).Of(RemoteUri.Parse(uri.AbsoluteUri)));

    private protected override Uri Missing(Uri uri)
    {
        _server.Meet(new() { Status = 404 });
        return new(uri, "none.gguf");
    }

    IRemoteFile Served(string pathAndQuery = "m.gguf") => FileAt(new(_server.UriOf(pathAndQuery)));

    [Fact]
    public async Task A_server_without_ranges_is_read_anew_until_it_gets_through()
    {
        await PutAsync(Bytes(400_000));
        _server.IgnoresRanges = true;
        for (var i = 0; i < 3; i++) _server.Meet(new() { CutAfter = 100_000 * (i + 1) });
        Assert.Equal(Bytes(400_000), await DownloadAsync(Served()));
        Assert.Equal([null, "bytes=", "bytes=", "bytes="], _server.Requests.Select(request => request.Range?[..6]));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("W/\"1\"")]
    public async Task Without_a_strong_validator_nothing_is_gone_on_with(string? tag)
    {
        await PutAsync(Bytes(400_000));
        _server.Tag = tag;
        _server.Meet(new() { CutAfter = 100_000 });
        Assert.Equal(Bytes(400_000), await DownloadAsync(Served()));
        Assert.All(_server.Requests, request => Assert.Null(request.Range));
    }

    [Fact]
    public async Task A_server_without_validators_that_always_cuts_is_given_up()
    {
        await PutAsync(Bytes(400_000));
        _server.Tag = null;
        for (var i = 0; i < 10; i++) _server.Meet(new() { CutAfter = 50_000 + 10_000 * i });
        await Assert.ThrowsAsync<RemoteFaultException>(() => DownloadAsync(Served(), Brief with { Faults = 4 }));
        Assert.Equal(4, _server.Requests.Count);
    }

    [Fact]
    public async Task A_file_that_changes_midway_comes_whole_as_it_is_then()
    {
        await PutAsync(Bytes(400_000));
        _server.Meet(new() { CutAfter = 200_000 });
        await using var part = PartFile.Temporary();
        await new Download(Served(), Brief, TimeProvider.System).RunAsync(part, (_, _) =>
        {
            // The first report comes before the cut, however the bytes fall into pieces.
            (_server.Content, _server.Tag) = (Bytes(300_000, seed: 2), "\"2\"");
        }, Ct);
        Assert.Equal(300_000, part.Length);
        Assert.Equal(Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(Bytes(300_000, seed: 2))),
            await part.HashAsync(Ct));
    }

    [Fact]
    public async Task A_file_of_unknown_length_is_read_to_its_end()
    {
        await PutAsync(Bytes(200_000));
        _server.IsChunked = true;
        _server.Meet(new() { CutAfter = 100_000 });
        Assert.Equal(Bytes(200_000), await DownloadAsync(Served()));
    }

    [Theory]
    [InlineData(429)]
    [InlineData(500)]
    [InlineData(503)]
    public async Task A_busy_server_is_asked_again(int status)
    {
        await PutAsync(Bytes(10));
        for (var i = 0; i < 2; i++) _server.Meet(new() { Status = status, RetryAfter = "0" });
        Assert.Equal(Bytes(10), await DownloadAsync(Served()));
        Assert.Equal(3, _server.Requests.Count);
    }

    [Fact]
    public void A_server_is_left_alone_as_long_as_it_asks_for_but_not_for_ever()
    {
        var patience = new RetryPolicy { FirstPause = TimeSpan.FromSeconds(1), LongestPause = TimeSpan.FromSeconds(20) };
        Assert.Equal(TimeSpan.FromSeconds(7), patience.PauseAfter(1, TimeSpan.FromSeconds(7)));
        Assert.Equal(TimeSpan.FromSeconds(20), patience.PauseAfter(1, TimeSpan.FromHours(1)));
        Assert.InRange(patience.PauseAfter(3, null).TotalSeconds, 3.2, 4.8);
        Assert.Equal(TimeSpan.FromSeconds(20), patience.PauseAfter(40, null));
    }

    [Theory]
    [InlineData(401, 6)]
    [InlineData(403, 6)]
    [InlineData(404, 3)]
    [InlineData(410, 3)]
    [InlineData(409, 3)]
    [InlineData(304, 3)]
    public async Task A_refusal_is_final(int status, int code)
    {
        _server.Meet(new() { Status = status });
        var refused = await Assert.ThrowsAsync<UserException>(() => DownloadAsync(Served("m.gguf?sig=secret")));
        Assert.Equal((ExitCode)code, refused.Code);
        Assert.Contains($"{status}", refused.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", refused.Message, StringComparison.Ordinal);
        Assert.Equal("/m.gguf?sig=secret", Assert.Single(_server.Requests).Path);
    }

    [Fact]
    public async Task A_server_that_does_not_answer_is_asked_again()
    {
        await PutAsync(Bytes(10));
        using var proxy = new CuttingProxy(new Uri(_server.UriOf("")).Port)
        {
            Passes = number => number == 0 ? 0 : long.MaxValue, Stalls = true,
        };
        var uri = RemoteUri.Parse($"http://127.0.0.1:{proxy.Port}/m.gguf");
        var patience = Brief with { Answer = TimeSpan.FromSeconds(0.3) };
        Assert.Equal(Bytes(10), await DownloadAsync(new RemoteFiles(null, patience, TimeProvider.System).Of(uri), patience));
    }

    [Fact]
    public async Task A_redirect_is_followed_with_the_range()
    {
        await PutAsync(Bytes(1000));
        _server.Meet(new() { Status = 302, Location = "/elsewhere/m.gguf?token=secret" });
        var (bytes, content) = await ReadAsync(Served(), 400, _server.Tag);
        Assert.Equal(Bytes(1000)[400..], bytes);
        Assert.Equal(400, content.Offset);
        Assert.Equal(["/m.gguf", "/elsewhere/m.gguf?token=secret"], _server.Requests.Select(request => request.Path));
    }

    [Theory]
    [InlineData("http://example.org/m.gguf?token=secret")]
    [InlineData("ftp://example.org/m.gguf?token=secret")]
    [InlineData("file:///etc/passwd")]
    public async Task A_redirect_to_where_anyone_reads_along_is_refused(string to)
    {
        _server.Meet(new() { Status = 302, Location = to });
        var refused = await Assert.ThrowsAsync<UserException>(() => DownloadAsync(Served()));
        Assert.Contains("not https", refused.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Redirects_end_somewhere()
    {
        for (var i = 0; i < 20; i++) _server.Meet(new() { Status = 307, Location = "/m.gguf" });
        await Assert.ThrowsAsync<UserException>(() => DownloadAsync(Served()));
        Assert.Equal(11, _server.Requests.Count);
    }

    [Fact]
    public async Task A_compressed_file_is_refused_rather_than_kept_as_what_it_is_not()
    {
        await PutAsync(Bytes(10));
        _server.Encoding = "gzip";
        Assert.Contains("gzip", (await Assert.ThrowsAsync<UserException>(() => DownloadAsync(Served()))).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("http://example.org/m.gguf")]
    [InlineData("http://127.0.0.1.example.org/m.gguf")]
    public async Task Plain_http_is_for_this_machine_only(string uri) =>
        Assert.Equal(ExitCode.BadInput, (await Assert.ThrowsAsync<UserException>(() => FileAt(new(uri)).OpenAsync(0, null, Ct))).Code);
}
