using RebaseBatch.Platform.Errors;

namespace RebaseBatch.Platform.Remote;

/// <summary>Files elsewhere by their addresses: blobs of the configured account through its own way in, all others over https.</summary>
/// <param name="account">Null where none is configured.</param>
sealed class RemoteFiles(BlobAccount? account, RetryPolicy patience, TimeProvider time)
{
    // One for the process: each has connections of its own.
    static readonly Lazy<HttpClient> s_client = new(HttpsFile.Client);

    public RemoteFiles(BlobAccount? account) : this(account, RetryPolicy.Usual, TimeProvider.System)
    {
    }

    /// <summary>Whether the address lies in the configured account.</summary>
    public bool AreOwn(RemoteUri uri) => account is not null && account.Owns(uri.Address);

    /// <exception cref="UserException">BadInput: it is an address in the account, and of no blob.</exception>
    public IRemoteFile Of(RemoteUri uri)
    {
        if (account is null || !AreOwn(uri)) return new HttpsFile(uri, s_client.Value, patience, time);
        try
        {
            return new BlobFile(uri, account.BlobOf(uri.Address), patience, time);
        }
        catch (ArgumentException e)
        {
            throw new UserException(ExitCode.BadInput, $"{uri} names no blob: write it as {account.Endpoint}CONTAINER/NAME", e);
        }
    }

    /// <summary>What brings the file here.</summary>
    public Download DownloadOf(RemoteUri uri) => new(Of(uri), patience, time);
}
