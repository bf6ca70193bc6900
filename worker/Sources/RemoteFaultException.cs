namespace RebaseBatch.Sources;

/// <summary>A fault between here and a remote file that may pass: a cut connection, a busy server. <see cref="Exception.Message"/> stands behind the file's name.</summary>
/// <param name="retryAfter">When the server says to ask again; null when it says nothing.</param>
sealed class RemoteFaultException(string reason, Exception? inner = null, TimeSpan? retryAfter = null) : Exception(reason, inner)
{
    public TimeSpan? RetryAfter { get; } = retryAfter;
}
