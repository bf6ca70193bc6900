namespace RebaseBatch.Inference;

/// <summary>Sizes of one KV cache and its batches.</summary>
sealed record DecodeContextOptions
{
    /// <summary>KV cells, shared by all sequences: one per distinct token of a prefix. At least 256; rounded up to a multiple of 256.</summary>
    public int Cells { get; init; } = 8192;

    /// <summary>Most tokens that one decode call may carry, at least 1.</summary>
    public int BatchTokens { get; init; } = 512;

    /// <summary>Sequence ids, 1 to 256.</summary>
    public int MaxSequences { get; init; } = 64;

    /// <summary>Threads of one decode call, 1 to 512. Two threads on two busy cores collapse: leave a core per decoding model.</summary>
    public int Threads { get; init; } = 1;

    /// <summary>Whether attention runs in the runtime's fused kernel; null leaves the choice to the runtime.</summary>
    public bool? FlashAttention { get; init; }

    public KvCacheType KvCacheType { get; init; }
}
