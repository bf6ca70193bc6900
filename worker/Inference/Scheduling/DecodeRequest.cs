namespace RebaseBatch.Inference.Scheduling;

/// <summary>One or more sequences that continue the same prefix.</summary>
abstract class DecodeRequest(long search, int[] prefix, int encodedBefore, int longest, CancellationToken ct)
{
    /// <summary>
    /// The search's number. A smaller one is older. Older searches go first, so that trees end instead of all growing at once.
    /// </summary>
    public long Search { get; } = search;

    public int[] Prefix { get; } = prefix;

    /// <summary>
    /// How many tokens of the prefix were encoded for this search before. Encoding them again counts as a cost of the cache.
    /// </summary>
    public int EncodedBefore { get; set; } = encodedBefore;

    /// <summary>Most tokens that one of its sequences may hold at once.</summary>
    public int Longest { get; } = longest;

    public CancellationToken Cancellation { get; } = ct;

    /// <summary>The sequence that encodes the prefix for all of them; null before that and after it.</summary>
    public DecodeSequence? PrefillOwner { get; set; }

    /// <summary>Whether a sequence has not begun yet.</summary>
    public abstract bool HasNext { get; }

    /// <summary>Begins the next sequence.</summary>
    public abstract DecodeSequence Next();

    /// <summary>Fails the sequences that have not begun.</summary>
    public abstract void FailRemaining(Exception reason);

    /// <summary>
    /// Ends a sequence's result without one. A cancelled request always ends as cancelled, even when the engine failed as well: when a
    /// worker stops, the end of its engines must not count as the failure of a problem.
    /// </summary>
    public void Fail<T>(TaskCompletionSource<T> result, Exception reason)
    {
        if (Cancellation.IsCancellationRequested) result.TrySetCanceled(Cancellation);
        else result.TrySetException(reason);
    }
}
