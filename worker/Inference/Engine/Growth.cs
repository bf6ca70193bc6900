namespace RebaseBatch.Inference.Engine;

/// <summary>A request: one or more branches that continue the same prefix.</summary>
abstract class Growth(long search, int[] prefix, int longest, CancellationToken ct)
{
    /// <summary>The search's number; smaller is older, and older searches go first, so that trees end instead of all growing at once.</summary>
    internal long Search { get; } = search;

    internal int[] Prefix { get; } = prefix;

    /// <summary>Most tokens that one of its branches may hold at once.</summary>
    internal int Longest { get; } = longest;

    internal CancellationToken Cancellation { get; } = ct;

    /// <summary>The branch that encodes the prefix for all of them; null before and after.</summary>
    internal Branch? Leader;

    internal abstract bool HasNext { get; }
    internal abstract Branch Next();

    /// <summary>Fails the branches that were not begun.</summary>
    internal abstract void FailRest(Exception reason);
}
