using RebaseBatch.Platform.Errors;

namespace RebaseBatch.Platform.Remote;

/// <summary>A file elsewhere that can be read from any byte on.</summary>
interface IRemoteFile
{
    /// <summary>Where it is.</summary>
    RemoteUri Uri { get; }

    /// <summary>
    /// Opens the file from a byte on; from its start where the server can't do that, or has other content than the one whose first bytes
    /// are at hand.
    /// </summary>
    /// <param name="offset">Number of bytes at hand.</param>
    /// <param name="validator">Of the content that they are of; null when there is none, and then all is read anew.</param>
    /// <exception cref="RemoteFaultException">It may be had later.</exception>
    /// <exception cref="UserException">It is not there, or may not be read.</exception>
    Task<RemoteContent> OpenAsync(long offset, string? validator, CancellationToken ct);
}
