namespace RebaseBatch.Core.Searching;

/// <summary>
/// A search's limits in tokens, FLOPs, seconds and its deadline; null is no limit. They are checked before each wave, so a search exceeds
/// them by less than one wave costs; the solutions that have finished by then vote. A limit that is reached exactly leaves nothing.
/// </summary>
/// <param name="SampledTokens">Tokens that the policy samples.</param>
/// <param name="Flops">Operations of the policy for these tokens (<see cref="Searching.Flops"/>).</param>
/// <param name="Seconds">Time spent searching.</param>
/// <param name="Deadline">A moment, in seconds since any zero that <see cref="Spending.Now"/> shares.</param>
sealed record SearchBudget(long? SampledTokens = null, double? Flops = null, double? Seconds = null, double? Deadline = null)
{
    /// <summary>Whether another wave may be planned.</summary>
    public bool Allows(Spending spent) => Reached(spent) is null;

    /// <summary>The first limit in the order of <see cref="BudgetLimit"/> that leaves nothing; null while all leave something.</summary>
    public BudgetLimit? Reached(Spending spent) =>
        spent.SampledTokens >= SampledTokens ? BudgetLimit.SampledTokens
        : IsSpent(spent.Flops, Flops) ? BudgetLimit.Flops
        : IsSpent(spent.Seconds, Seconds) ? BudgetLimit.Seconds
        : IsSpent(spent.Now, Deadline) ? BudgetLimit.Deadline
        : null;

    // Not "spent >= limit": a sum that is not a number must stop the search, and not free it of its limit.
    static bool IsSpent(double spent, double? limit) => limit is { } most && !(spent < most);
}
