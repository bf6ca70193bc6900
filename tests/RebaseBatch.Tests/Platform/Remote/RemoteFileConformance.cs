using RebaseBatch.Platform.Errors;
using RebaseBatch.Platform.Remote;
using Xunit;

namespace RebaseBatch.Tests.Platform.Remote;

/// <summary>What every kind of remote file does.</summary>
public abstract class RemoteFileConformance
{
    private protected static readonly RetryPolicy Brief = new()
    {
        Answer = TimeSpan.FromSeconds(30), Stall = TimeSpan.FromSeconds(0.5), FirstPause = TimeSpan.FromMilliseconds(5),
        LongestPause = TimeSpan.FromMilliseconds(20),
    };

    private protected static CancellationToken Ct => TestContext.Current.CancellationToken;

    /// <summary>Puts a file there, over the one that was there.</summary>
    /// <returns>Its address.</returns>
    private protected abstract Task<Uri> PutAsync(byte[] content);

    /// <summary>The file at that address, on this machine and on any port.</summary>
    private protected abstract IRemoteFile FileAt(Uri uri);

    /// <summary>Of nothing on the same server.</summary>
    private protected abstract Uri Missing(Uri uri);

    private protected static byte[] Bytes(int count, int seed = 1)
    {
        var bytes = new byte[count];
        new Random(seed).NextBytes(bytes);
        return bytes;
    }

    private protected static async Task<(byte[] Bytes, RemoteContent Content)> ReadAsync(IRemoteFile file, long offset, string? validator)
    {
        await using var content = await file.OpenAsync(offset, validator, Ct);
        using var all = new MemoryStream();
        await content.Body.CopyToAsync(all, Ct);
        return (all.ToArray(), content);
    }

    private protected static async Task<byte[]> DownloadAsync(IRemoteFile file, RetryPolicy? patience = null)
    {
        await using var part = PartFile.Temporary();
        await new Download(file, patience ?? Brief, TimeProvider.System).RunAsync(part, (_, _) => { }, Ct);
        using var all = new MemoryStream();
        await part.FromStart().CopyToAsync(all, Ct);
        return all.ToArray();
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(300_000)]
    public async Task A_file_is_read_whole_with_its_length_and_its_validator(int length)
    {
        var (bytes, content) = await ReadAsync(FileAt(await PutAsync(Bytes(length))), 0, null);
        Assert.Equal(Bytes(length), bytes);
        Assert.Equal((0, (long?)length), (content.Offset, content.Length));
        Assert.NotNull(content.Validator);
    }

    [Fact]
    public async Task What_is_at_hand_is_not_sent_again()
    {
        var file = FileAt(await PutAsync(Bytes(300_000)));
        var (_, whole) = await ReadAsync(file, 0, null);
        var (rest, content) = await ReadAsync(file, 200_000, whole.Validator);
        Assert.Equal(Bytes(300_000)[200_000..], rest);
        Assert.Equal((200_000, (long?)300_000, whole.Validator), (content.Offset, content.Length, content.Validator));
    }

    [Fact]
    public async Task Bytes_without_a_validator_are_not_gone_on_with() =>
        Assert.Equal(0, (await ReadAsync(FileAt(await PutAsync(Bytes(1000))), 500, null)).Content.Offset);

    [Fact]
    public async Task A_file_that_has_changed_is_sent_from_its_start()
    {
        var uri = await PutAsync(Bytes(1000));
        var (_, old) = await ReadAsync(FileAt(uri), 0, null);
        await PutAsync(Bytes(2000, seed: 2));
        var (bytes, content) = await ReadAsync(FileAt(uri), 500, old.Validator);
        Assert.Equal(0, content.Offset);
        Assert.Equal(Bytes(2000, seed: 2), bytes);
        Assert.NotEqual(old.Validator, content.Validator);
    }

    [Fact]
    public async Task More_bytes_than_the_file_has_are_not_gone_on_with()
    {
        var file = FileAt(await PutAsync(Bytes(1000)));
        var (_, whole) = await ReadAsync(file, 0, null);
        Assert.Equal(0, (await ReadAsync(file, 5000, whole.Validator)).Content.Offset);
        // As many as it has: nothing, or all of it.
        var (bytes, content) = await ReadAsync(file, 1000, whole.Validator);
        Assert.Equal(Bytes(1000)[(int)content.Offset..], bytes);
    }

    [Fact]
    public async Task A_file_that_is_not_there_is_named()
    {
        var missing = Missing(await PutAsync(Bytes(10)));
        var refused = await Assert.ThrowsAsync<UserException>(() => DownloadAsync(FileAt(missing)));
        Assert.Equal(ExitCode.NotFound, refused.Code);
        Assert.Contains(missing.AbsoluteUri, refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_download_goes_on_over_connections_that_are_cut()
    {
        var uri = await PutAsync(Bytes(1_000_000));
        // No connection carries the whole file.
        using var proxy = new CuttingProxy(uri.Port) { Passes = _ => 300_000 };
        Assert.Equal(Bytes(1_000_000), await DownloadAsync(FileAt(Through(proxy, uri))));
        Assert.InRange(proxy.Connections, 4, 12);
    }

    [Fact]
    public async Task A_connection_that_falls_silent_is_left()
    {
        var uri = await PutAsync(Bytes(500_000));
        using var proxy = new CuttingProxy(uri.Port) { Passes = number => number == 0 ? 200_000 : long.MaxValue, Stalls = true };
        Assert.Equal(Bytes(500_000), await DownloadAsync(FileAt(Through(proxy, uri))));
        Assert.Equal(2, proxy.Connections);
    }

    [Fact]
    public async Task A_server_that_never_gets_to_a_byte_is_given_up()
    {
        var uri = await PutAsync(Bytes(1000));
        // Half a status line: of a connection cut before any byte, HttpClient makes up to three more by itself, and one attempt has up to
        // four.
        using var proxy = new CuttingProxy(uri.Port) { Passes = _ => 10 };
        var refused = await Assert.ThrowsAsync<RemoteFaultException>(() => DownloadAsync(FileAt(Through(proxy, uri)), Brief with
        {
            Faults = 3,
        }));
        Assert.Contains("after 3 attempts", refused.Message, StringComparison.Ordinal);
        Assert.Equal(3, proxy.Connections);
    }

    [Fact]
    public async Task A_download_is_stopped_at_once()
    {
        var uri = await PutAsync(Bytes(500_000));
        using var proxy = new CuttingProxy(uri.Port) { Passes = _ => 200_000, Stalls = true };
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Ct);
        await using var part = PartFile.Temporary();
        var running = new Download(FileAt(Through(proxy, uri)), RetryPolicy.Usual, TimeProvider.System).RunAsync(part, (bytes, _) =>
        {
            if (bytes > 100_000) stop.Cancel();
        }, stop.Token);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running);
        Assert.InRange(part.Length, 100_001, 200_000);
    }

    static Uri Through(CuttingProxy proxy, Uri uri) => new UriBuilder(uri) { Port = proxy.Port }.Uri;
}
