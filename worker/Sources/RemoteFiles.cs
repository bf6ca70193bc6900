using RebaseBatch.Blobs;

namespace RebaseBatch.Sources;

/// <summary>Files elsewhere by their addresses: blobs of the configured account through its own way in, all others over https.</summary>
/// <param name="account">Null where none is configured.</param>
sealed class RemoteFiles(BlobAccount? account, Patience patience, TimeProvider time)
{
    // One for the process: each has connections of its own.
    static readonly Lazy<HttpClient> s_client = new(HttpsFile.Client);

    public RemoteFiles(BlobAccount? account) : this(account, Patience.Usual, TimeProvider.System)
    {
    }

    public IRemoteFile Of(RemoteUri uri) => account is not null && account.Owns(uri.Address)
        ? new BlobFile(uri, account.BlobOf(uri.Address), patience, time)
        : new HttpsFile(uri, s_client.Value, patience, time);

    /// <summary>What brings the file here.</summary>
    public Download DownloadOf(RemoteUri uri) => new(Of(uri), patience, time);
}
