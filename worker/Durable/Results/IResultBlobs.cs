using RebaseBatch.Platform.Errors;

namespace RebaseBatch.Durable.Results;

/// <summary>A store of result files: write-once, named by their content. Thread-safe, and shared with other processes.</summary>
interface IResultBlobs
{
    /// <summary>For people: the folder or container that the names are relative to.</summary>
    string Location { get; }

    /// <summary>Tries to write before any work depends on the store, and creates the folder or container if it is missing.</summary>
    /// <exception cref="UserException">No permission to write there.</exception>
    /// <exception cref="IOException">The store is away for now.</exception>
    Task EnsureWritableAsync(CancellationToken ct);

    /// <summary>
    /// Stores the content under the name, all of it or nothing, and returns when it is durable. Storing the same content again is fine.
    /// </summary>
    /// <param name="name">Relative, with '/' between segments of letters, digits, '.', '-' and '_'.</param>
    /// <exception cref="ArgumentException">The name is not valid.</exception>
    /// <exception cref="BlobConflictException">The name has other content, which is left as it was.</exception>
    /// <exception cref="UserException">No permission to write there.</exception>
    /// <exception cref="IOException">It could not be stored for now (a full disk, a lost connection).</exception>
    Task<BlobReceipt> PutOnceAsync(string name, ReadOnlyMemory<byte> content, CancellationToken ct);

    /// <summary>The SHA-256 of what is stored under the name, in lower-case hex; null when nothing is.</summary>
    /// <exception cref="ArgumentException">The name is not valid.</exception>
    /// <exception cref="UserException">No permission to read there.</exception>
    /// <exception cref="IOException">It could not be read for now.</exception>
    Task<string?> HashAsync(string name, CancellationToken ct);

    /// <summary>The names that begin with <paramref name="prefix"/>, in no particular order; files still being written are not among them.
    /// </summary>
    /// <param name="prefix">A name, or the beginning of one.</param>
    /// <inheritdoc cref="HashAsync"/>
    IAsyncEnumerable<string> ListAsync(string prefix, CancellationToken ct);

    /// <summary>Deletes what is stored under the name. False: nothing was.</summary>
    /// <inheritdoc cref="HashAsync"/>
    Task<bool> DeleteAsync(string name, CancellationToken ct);
}
