namespace RebaseBatch.Inference.Scheduling;

/// <summary>A request: one or more branches that continue the same prefix.</summary>
abstract class DecodeRequest(long search, int[] prefix, int encodedBefore, int longest, CancellationToken ct)
{
    /// <summary>The search's number; smaller is older, and older searches go first, so that trees end instead of all growing at once.</summary>
    public long Search { get; } = search;

    public int[] Prefix { get; } = prefix;

    /// <summary>How many tokens of the prefix the search has had encoded before, for the books: to encode them again is a cost of the cache.</summary>
    public int EncodedBefore { get; set; } = encodedBefore;

    /// <summary>Most tokens that one of its branches may hold at once.</summary>
    public int Longest { get; } = longest;

    public CancellationToken Cancellation { get; } = ct;

    /// <summary>The branch that encodes the prefix for all of them; null before and after.</summary>
    public DecodeSequence? PrefillOwner;

    public abstract bool HasNext { get; }
    public abstract DecodeSequence Next();

    /// <summary>Fails the branches that were not begun.</summary>
    public abstract void FailRemaining(Exception reason);

    /// <summary>
    /// Ends a branch's result without one. Who was cancelled hears of that, whatever else befell the engine: a worker that stops must not
    /// take the end of its engines for the failure of a problem.
    /// </summary>
    public void Fail<T>(TaskCompletionSource<T> result, Exception reason)
    {
        if (Cancellation.IsCancellationRequested) result.TrySetCanceled(Cancellation);
        else result.TrySetException(reason);
    }
}
