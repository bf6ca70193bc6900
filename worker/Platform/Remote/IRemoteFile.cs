using RebaseBatch.Platform.Errors;

namespace RebaseBatch.Platform.Remote;

/// <summary>A file on another machine that can be read from any byte on.</summary>
interface IRemoteFile
{
    /// <summary>Where it is.</summary>
    RemoteUri Uri { get; }

    /// <summary>
    /// Opens the file from a byte on. It opens the file from the start if the server can't do that, or if its content is not the one whose
    /// first bytes are here.
    /// </summary>
    /// <param name="offset">Number of bytes that are here.</param>
    /// <param name="validator">
    /// The validator of the content that these bytes belong to; null when there is none, and then the file is read from its start.
    /// </param>
    /// <exception cref="RemoteFaultException">A later attempt may succeed.</exception>
    /// <exception cref="UserException">It does not exist, or may not be read.</exception>
    Task<RemoteContent> OpenAsync(long offset, string? validator, CancellationToken ct);
}
