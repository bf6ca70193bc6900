namespace RebaseBatch.Core.Searching;

/// <summary>
/// Limits in tokens, FLOPs, seconds or a deadline; null is no limit. Asked before each wave, so a search goes over by less than that
/// one wave costs; what has finished by then votes. The limit itself is spent: with nothing left, nothing more is planned.
/// </summary>
/// <param name="SampledTokens">Tokens drawn from the policy.</param>
/// <param name="Flops">2 × parameters × tokens.</param>
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

    // Not "spent >= limit": a sum that went wrong (not a number) must stop a search, not free it of its limit.
    static bool IsSpent(double spent, double? limit) => limit is { } most && !(spent < most);
}
