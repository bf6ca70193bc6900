using Azure.Storage.Blobs;
using RebaseBatch.Durable.Results;
using RebaseBatch.Platform.Errors;
using RebaseBatch.Platform.Remote;
using Xunit;

namespace RebaseBatch.Tests.Durable.Results;

public sealed class AzureResultBlobsTests(Azurite azurite) : ResultBlobsConformance, IAsyncLifetime
{
    BlobAccount _account = null!;
    BlobContainerClient _container = null!;
    AzureResultBlobs _blobs = null!;

    private protected override IResultBlobs Blobs => _blobs;

    // Not made beforehand: the store makes its container.
    public async ValueTask InitializeAsync()
    {
        _account = new(new() { ConnectionString = await azurite.StartAsync() });
        _container = _account.Container(azurite.NewContainerName());
        _blobs = new(_container);
    }

    public async ValueTask DisposeAsync() => await _container.DeleteIfExistsAsync();

    private protected override async Task<byte[]> ReadAsync(string name) =>
        (await _container.GetBlobClient(name).DownloadContentAsync(Ct)).Value.Content.ToArray();

    [Fact]
    public async Task A_blob_says_what_it_holds_and_where_it_is()
    {
        var lines = await _blobs.PutOnceAsync("a/b.answers.jsonl", "{}\n"u8.ToArray(), Ct);
        var summary = await _blobs.PutOnceAsync("a/summary.json", "{}"u8.ToArray(), Ct);
        Assert.Equal($"{_blobs.Location}/a/b.answers.jsonl", lines.Address);
        Assert.Equal("application/x-ndjson",
            (await _container.GetBlobClient(lines.Name).GetPropertiesAsync(cancellationToken: Ct)).Value.ContentType);
        Assert.Equal("application/json",
            (await _container.GetBlobClient(summary.Name).GetPropertiesAsync(cancellationToken: Ct)).Value.ContentType);
    }

    [Fact]
    public async Task Trying_the_store_makes_the_container_and_leaves_nothing_in_it()
    {
        Assert.False(await _container.ExistsAsync(Ct));
        await _blobs.EnsureWritableAsync(Ct);
        Assert.True(await _container.ExistsAsync(Ct));
        Assert.False(await _container.GetBlobsAsync(cancellationToken: Ct).AnyAsync(Ct));
    }

    [Fact]
    public async Task A_wrong_key_is_the_users_to_mend()
    {
        var wrong = (await azurite.StartAsync()).Replace("AccountKey=Eby8", "AccountKey=abcd", StringComparison.Ordinal);
        var blobs = new AzureResultBlobs(new BlobAccount(new() { ConnectionString = wrong }).Container(_container.Name));
        foreach (var attempt in new[] { () => blobs.EnsureWritableAsync(Ct), () => blobs.PutOnceAsync("a", new byte[1], Ct) })
        {
            var error = await Assert.ThrowsAsync<UserException>(attempt);
            Assert.Equal(ExitCode.NoPermission, error.Code);
            Assert.Contains("Storage Blob Data Contributor", error.Message, StringComparison.Ordinal);
            Assert.Contains(blobs.Location, error.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task An_account_that_is_away_is_an_outage_told_in_one_line()
    {
        using var port = new RefusedPort();
        var away = new BlobAccount(
            new()
            {
                ConnectionString = $"DefaultEndpointsProtocol=http;AccountName=a;AccountKey=AAAA;BlobEndpoint={port.Uri}a;",
            }, retries: 0);
        var error = await Assert.ThrowsAsync<IOException>(
            () => new AzureResultBlobs(away.Container("c")).PutOnceAsync("x/y", new byte[1], Ct));
        Assert.Contains("/a/c/x/y", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', error.Message);
    }
}
