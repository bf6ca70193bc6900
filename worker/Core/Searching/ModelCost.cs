namespace RebaseBatch.Core.Searching;

/// <summary>The cost of one step for one model.</summary>
/// <param name="Evaluated">Tokens that went through the model for it, after prefix sharing.</param>
/// <param name="Reencoded">How many of these the search had encoded before and lost by eviction, preemption or a restart.</param>
/// <param name="Seconds">Its share, by tokens, of the decode calls that it was part of.</param>
readonly record struct ModelCost(int Evaluated, int Reencoded, double Seconds)
{
    /// <summary>
    /// Tokens of its prompts that the prefix cache of the model's server held, apart from the evaluated ones; null when the model is in
    /// this process or its server does not say.
    /// </summary>
    public int? Cached { get; init; }

    /// <summary>The cached tokens of several costs; null when one of them evaluated tokens and its cached ones are not known.</summary>
    public static long? SumOfCached(IEnumerable<ModelCost> costs)
    {
        long? sum = null;
        foreach (var cost in costs)
        {
            if (cost.Cached is { } cached) sum = (sum ?? 0) + cached;
            else if (cost.Evaluated > 0) return null;
        }

        return sum;
    }
}
