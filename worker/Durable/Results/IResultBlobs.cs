using RebaseBatch.Platform.Errors;

namespace RebaseBatch.Durable.Results;

/// <summary>Where result files go: write-once, named by their content. Thread-safe, and shared with other processes.</summary>
interface IResultBlobs
{
    /// <summary>For people: the folder or container that the names are relative to.</summary>
    string Location { get; }

    /// <summary>Tries the store before work depends on it, and makes what is missing of it.</summary>
    /// <exception cref="UserException">No permission to write there.</exception>
    /// <exception cref="IOException">It is away for now.</exception>
    Task EnsureWritableAsync(CancellationToken ct);

    /// <summary>Stores the content under the name, all of it or nothing, and returns once it is durable. The same content again is fine.</summary>
    /// <param name="name">Relative, with '/' between segments of letters, digits, '.', '-' and '_'.</param>
    /// <exception cref="ArgumentException">The name is none.</exception>
    /// <exception cref="BlobConflictException">Other content stands under this name; it is left as it was.</exception>
    /// <exception cref="UserException">No permission to write there.</exception>
    /// <exception cref="IOException">It could not be stored for now (a full disk, a lost connection).</exception>
    Task<BlobReceipt> PutOnceAsync(string name, ReadOnlyMemory<byte> content, CancellationToken ct);
}
