namespace RebaseBatch.Inference.Scheduling;

/// <summary>What an engine has done since it started, and how full it is now. A count that is not set is 0.</summary>
readonly record struct EngineStatistics
{
    /// <summary>Calls into the model.</summary>
    public long Decodes { get; init; }

    /// <summary>Tokens that went through it.</summary>
    public long Tokens { get; init; }

    /// <summary>Tokens that those calls had room for. <see cref="Tokens"/> divided by it is the fill of the batches.</summary>
    public long BatchCapacity { get; init; }

    /// <summary>Sequences in all calls together. Divided by <see cref="Decodes"/>, it gives the sequences per call.</summary>
    public long Sequences { get; init; }

    /// <summary>Tokens that were encoded again, because their cells had been given up or because their search was resumed.</summary>
    public long Reencoded { get; init; }

    /// <summary>Idle prefixes that were evicted to make room.</summary>
    public long Evictions { get; init; }

    /// <summary>Running sequences that had to give their cells back and encode their tokens again later.</summary>
    public long Preemptions { get; init; }

    /// <summary>Time inside the model.</summary>
    public TimeSpan Busy { get; init; }

    /// <summary>The load at this moment. A difference of two statistics has the later load.</summary>
    public EngineLoad Load { get; init; }

    /// <summary>Share of the batches' room that was used, 0 to 1; 0 without a call.</summary>
    public double Fill => BatchCapacity == 0 ? 0 : (double)Tokens / BatchCapacity;

    public static EngineStatistics operator +(EngineStatistics a, EngineStatistics b) => new()
    {
        Decodes = a.Decodes + b.Decodes, Tokens = a.Tokens + b.Tokens, BatchCapacity = a.BatchCapacity + b.BatchCapacity,
        Sequences = a.Sequences + b.Sequences, Reencoded = a.Reencoded + b.Reencoded, Evictions = a.Evictions + b.Evictions,
        Preemptions = a.Preemptions + b.Preemptions, Busy = a.Busy + b.Busy, Load = a.Load + b.Load,
    };

    public static EngineStatistics operator -(EngineStatistics a, EngineStatistics b) => new()
    {
        Decodes = a.Decodes - b.Decodes, Tokens = a.Tokens - b.Tokens, BatchCapacity = a.BatchCapacity - b.BatchCapacity,
        Sequences = a.Sequences - b.Sequences, Reencoded = a.Reencoded - b.Reencoded, Evictions = a.Evictions - b.Evictions,
        Preemptions = a.Preemptions - b.Preemptions, Busy = a.Busy - b.Busy, Load = a.Load,
    };
}
