namespace RebaseBatch.Inference.Remote;

/// <summary>One replica did not serve a request. Another try, there or at another replica, may succeed.</summary>
/// <param name="message">What happened, as a part of a sentence.</param>
sealed class ReplicaFaultException(string message, Exception? inner = null) : Exception(message, inner)
{
    /// <summary>The replica is alive and has too much to do.</summary>
    public bool IsOverload { get; init; }

    /// <summary>The server itself failed the request, which may be why. Otherwise no answer came, or it was not ready.</summary>
    public bool IsAnswer { get; init; }

    /// <summary>No answer came in the time of a request.</summary>
    public bool IsTimeout { get; init; }

    /// <summary>The pause that the server asks for; null when it asks for none.</summary>
    public TimeSpan? RetryAfter { get; init; }
}
