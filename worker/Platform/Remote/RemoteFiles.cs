using RebaseBatch.Platform.Errors;

namespace RebaseBatch.Platform.Remote;

/// <summary>
/// Remote files by their addresses: blobs of the configured account with the account's credentials, all others over https.
/// </summary>
/// <param name="account">Null when none is configured.</param>
/// <param name="sources">From where files may come; null for a user who names them himself.</param>
sealed class RemoteFiles(BlobAccount? account, RetryPolicy retry, TimeProvider time, AllowedSources? sources = null)
{
    // One client for the process, because each client has its own connections.
    static readonly Lazy<HttpClient> s_client = new(() => HttpsFile.Client(AllowedSources.Any));

    readonly Lazy<HttpClient> _client = sources is null ? s_client : new(() => HttpsFile.Client(sources));

    public RemoteFiles(BlobAccount? account, AllowedSources? sources = null)
        : this(account, RetryPolicy.Usual, TimeProvider.System, sources)
    {
    }

    public AllowedSources Sources { get; } = sources ?? AllowedSources.Any;

    /// <summary>Whether the address lies in the configured account.</summary>
    public bool AreOwn(RemoteUri uri) => account is not null && account.Owns(uri.Address);

    /// <exception cref="UserException">BadInput: the address lies in the account but names no blob.</exception>
    public IRemoteFile Of(RemoteUri uri)
    {
        if (account is null || !AreOwn(uri)) return new HttpsFile(uri, _client.Value, retry, time);
        try
        {
            return new BlobFile(uri, account.BlobOf(uri.Address), retry, time);
        }
        catch (ArgumentException e)
        {
            throw new UserException(ExitCode.BadInput, $"{uri} names no blob: write it as {account.Endpoint}CONTAINER/NAME", e);
        }
    }

    /// <summary>The download of the file.</summary>
    public Download DownloadOf(RemoteUri uri) => new(Of(uri), retry, time);
}
