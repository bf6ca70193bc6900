namespace RebaseBatch.Platform.Remote;

/// <summary>A fault on the way to a remote file that may pass: a broken connection, a busy server.</summary>
/// <param name="retryAfter">After which time the server wants the next request; null when it does not say.</param>
sealed class RemoteFaultException(string reason, Exception? inner = null, TimeSpan? retryAfter = null) : IOException(reason, inner)
{
    public TimeSpan? RetryAfter { get; } = retryAfter;
}
