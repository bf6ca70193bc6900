namespace RebaseBatch.Inference.Engine;

/// <summary>What an engine has done since it started.</summary>
/// <param name="Decodes">Calls into the model.</param>
/// <param name="Tokens">Tokens that went through it.</param>
/// <param name="Evictions">Idle prefixes given up for room.</param>
/// <param name="Preemptions">Running branches that had to yield their cells and begin anew.</param>
/// <param name="Busy">Time inside the model.</param>
readonly record struct EngineStatistics(long Decodes, long Tokens, long Evictions, long Preemptions, TimeSpan Busy)
{
    public static EngineStatistics operator +(EngineStatistics a, EngineStatistics b) =>
        new(a.Decodes + b.Decodes, a.Tokens + b.Tokens, a.Evictions + b.Evictions, a.Preemptions + b.Preemptions, a.Busy + b.Busy);

    public static EngineStatistics operator -(EngineStatistics a, EngineStatistics b) =>
        new(a.Decodes - b.Decodes, a.Tokens - b.Tokens, a.Evictions - b.Evictions, a.Preemptions - b.Preemptions, a.Busy - b.Busy);
}
