using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using Azure;
using Azure.Identity;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;
using RebaseBatch.Platform.Errors;

namespace RebaseBatch.Durable.Results;

/// <summary>
/// Result files in a container of Azure Blob Storage. The condition <c>If-None-Match: *</c> makes them write-once: of two writers exactly
/// one creates the blob. A crash leaves nothing, or uncommitted blocks, which the service deletes after a week.
/// </summary>
sealed class AzureResultBlobs(BlobContainerClient container) : IResultBlobs
{
    volatile bool _isThere;

    public string Location { get; } = container.Uri.GetLeftPart(UriPartial.Path);

    public Task EnsureWritableAsync(CancellationToken ct) => AttemptAsync(Location, () => EnsureThereAsync(ct));

    public Task<BlobReceipt> PutOnceAsync(string name, ReadOnlyMemory<byte> content, CancellationToken ct)
    {
        BlobName.Check(name);
        var blob = container.GetBlobClient(name);
        var address = blob.Uri.GetLeftPart(UriPartial.Path);
        return AttemptAsync(address, async () =>
        {
            await EnsureThereAsync(ct);
            return new BlobReceipt(name, address, await CreateAsync(blob, content, ct));
        });
    }

    public Task<string?> HashAsync(string name, CancellationToken ct) => FindAsync(name, async blob =>
    {
        await using var content = await blob.OpenReadAsync(cancellationToken: ct);
        return (string?)Convert.ToHexStringLower(await SHA256.HashDataAsync(content, ct));
    });

    public async IAsyncEnumerable<string> ListAsync(string prefix, [EnumeratorCancellation] CancellationToken ct)
    {
        await using var pages = container.GetBlobsAsync(BlobTraits.None, BlobStates.None, prefix, ct).GetAsyncEnumerator(ct);
        while (await AttemptAsync(Location, () => MoveAsync())) yield return pages.Current.Name;

        // A container that is not there yet has no blobs.
        async Task<bool> MoveAsync()
        {
            try
            {
                return await pages.MoveNextAsync();
            }
            catch (RequestFailedException e) when (e.Status is 404)
            {
                return false;
            }
        }
    }

    public async Task<bool> DeleteAsync(string name, CancellationToken ct) =>
        await FindAsync(name, async blob => (await blob.DeleteIfExistsAsync(cancellationToken: ct)).Value ? name : null) is not null;

    /// <returns>Null when there is no such blob.</returns>
    Task<string?> FindAsync(string name, Func<BlobClient, Task<string?>> work)
    {
        BlobName.Check(name);
        var blob = container.GetBlobClient(name);
        return AttemptAsync(blob.Uri.GetLeftPart(UriPartial.Path), async () =>
        {
            try
            {
                return await work(blob);
            }
            catch (RequestFailedException e) when (e.Status is 404)
            {
                return null;
            }
        });
    }

    // With the fewest roles, the infrastructure creates the container. Elsewhere (an emulator, a first try) this creates it.
    async Task<bool> EnsureThereAsync(CancellationToken ct)
    {
        if (!_isThere && !await container.ExistsAsync(ct)) await container.CreateIfNotExistsAsync(cancellationToken: ct);
        return _isThere = true;
    }

    static async Task<T> AttemptAsync<T>(string address, Func<Task<T>> attempt)
    {
        try
        {
            return await attempt();
        }
        catch (RequestFailedException e) when (e.Status is 401 or 403)
        {
            throw new UserException(ExitCode.NoPermission,
                $"no permission to write to '{address}' ({e.ErrorCode}): "
                + "give the worker's identity the role Storage Blob Data Contributor there", e);
        }
        catch (AuthenticationFailedException e)
        {
            throw new UserException(ExitCode.NoPermission,
                $"no identity is available to write to '{address}': "
                + "run with a managed or workload identity, or sign in with the Azure CLI", e);
        }
        catch (Exception e) when (e is RequestFailedException or AggregateException)
        {
            throw new IOException($"'{address}' could not be reached ({Reason(e)}): check the connection and the account", e);
        }
    }

    static async Task<bool> CreateAsync(BlobClient blob, ReadOnlyMemory<byte> content, CancellationToken ct)
    {
        var once = new BlobUploadOptions
        {
            Conditions = new() { IfNoneMatch = ETag.All },
            HttpHeaders = new()
            {
                ContentType = blob.Name.EndsWith(".jsonl", StringComparison.Ordinal) ? "application/x-ndjson" : "application/json",
            },
        };
        try
        {
            await blob.UploadAsync(BinaryData.FromBytes(content), once, ct);
            return true;
        }
        // 409 BlobAlreadyExists, or 412 when another writer was faster. A retry of the client may find what its own first try wrote.
        catch (RequestFailedException e) when (e.Status is 409 or 412)
        {
            await SameOrThrowAsync(blob, content, ct);
            return false;
        }
    }

    static async Task SameOrThrowAsync(BlobClient blob, ReadOnlyMemory<byte> content, CancellationToken ct)
    {
        // A blob of another length has other content, so it is not fetched.
        if ((await blob.GetPropertiesAsync(cancellationToken: ct)).Value.ContentLength != content.Length) throw Conflict(blob);
        var there = await blob.DownloadContentAsync(ct);
        if (!there.Value.Content.ToMemory().Span.SequenceEqual(content.Span)) throw Conflict(blob);
    }

    static BlobConflictException Conflict(BlobClient blob) => new(blob.Uri.GetLeftPart(UriPartial.Path));

    // The client's messages have many lines, with all headers; the first line is enough. Several failed tries come as one exception.
    static string Reason(Exception e) =>
        (e is AggregateException { InnerExceptions: [.., var last] } ? last : e).Message.Split('\n')[0].Trim();
}
