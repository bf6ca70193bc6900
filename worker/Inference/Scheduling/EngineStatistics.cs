namespace RebaseBatch.Inference.Scheduling;

/// <summary>What an engine has done since it started, and how full it is now.</summary>
/// <param name="Decodes">Calls into the model.</param>
/// <param name="Tokens">Tokens that went through it.</param>
/// <param name="BatchCapacity">Tokens that those calls had room for: <paramref name="Tokens"/> over it is how full the batches were.</param>
/// <param name="Branches">Branches in all calls together; over <paramref name="Decodes"/>, branches a call.</param>
/// <param name="Reencoded">Of the tokens, those encoded again because their cells had been given up, or by a resumed search.</param>
/// <param name="Evictions">Idle prefixes given up for room.</param>
/// <param name="Preemptions">Running branches that had to yield their cells and begin anew.</param>
/// <param name="Busy">Time inside the model.</param>
/// <param name="Load">The moment's; a difference of two statistics has the later one's.</param>
readonly record struct EngineStatistics(
    long Decodes, long Tokens, long BatchCapacity, long Branches, long Reencoded, long Evictions, long Preemptions, TimeSpan Busy, EngineLoad Load)
{
    /// <summary>Share of the batches' room that was used, 0 to 1; 0 without a call.</summary>
    public double Fill => BatchCapacity == 0 ? 0 : (double)Tokens / BatchCapacity;

    public static EngineStatistics operator +(EngineStatistics a, EngineStatistics b) => new(
        a.Decodes + b.Decodes, a.Tokens + b.Tokens, a.BatchCapacity + b.BatchCapacity, a.Branches + b.Branches, a.Reencoded + b.Reencoded,
        a.Evictions + b.Evictions, a.Preemptions + b.Preemptions, a.Busy + b.Busy, a.Load + b.Load);

    public static EngineStatistics operator -(EngineStatistics a, EngineStatistics b) => new(
        a.Decodes - b.Decodes, a.Tokens - b.Tokens, a.BatchCapacity - b.BatchCapacity, a.Branches - b.Branches, a.Reencoded - b.Reencoded,
        a.Evictions - b.Evictions, a.Preemptions - b.Preemptions, a.Busy - b.Busy, a.Load);
}
