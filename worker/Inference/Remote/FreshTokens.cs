using RebaseBatch.Core.Searching;

namespace RebaseBatch.Inference.Remote;

/// <summary>
/// The tokens of a prefix that are new to a search, which the requests of several children share: whichever of them the server encodes them
/// for, they are encoded for the first time once. Thread-safe.
/// </summary>
sealed class FreshTokens(int count)
{
    int _left = count;

    /// <summary>Counts those tokens of a child's prompt as encoded again that were not left as new.</summary>
    /// <param name="cost">Of the child's first reply. It stays as it is if the server did not say what its cache held.</param>
    /// <param name="sampled">Tokens of it that were drawn.</param>
    public ModelCost Settle(ModelCost cost, int sampled)
    {
        if (cost.Cached is null) return cost;
        var encoded = cost.Evaluated - sampled;
        return cost with { Reencoded = encoded - Take(encoded) };
    }

    int Take(int most)
    {
        while (true)
        {
            var left = Volatile.Read(ref _left);
            var taken = Math.Clamp(most, 0, left);
            if (Interlocked.CompareExchange(ref _left, left - taken, left) == left) return taken;
        }
    }
}
