namespace RebaseBatch.Platform.Remote;

/// <summary>A fault between here and a remote file that may pass: a cut connection, a busy server.</summary>
/// <param name="retryAfter">When the server says to ask again; null when it says nothing.</param>
sealed class RemoteFaultException(string reason, Exception? inner = null, TimeSpan? retryAfter = null) : IOException(reason, inner)
{
    public TimeSpan? RetryAfter { get; } = retryAfter;
}
