using RebaseBatch.Platform.Errors;

namespace RebaseBatch.Inference.Ports;

/// <summary>Sizes of one KV cache and its batches.</summary>
sealed record DecodeContextOptions
{
    public const int MostThreads = 512;

    /// <summary>
    /// KV cells, shared by all sequences: one per distinct token of a prefix. At least 256; rounded up to a multiple of 256.
    /// </summary>
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

    /// <summary>
    /// Whether each sequence has cells of its own (llama.cpp's streams, <c>kv_unified</c> off). <see cref="Cells"/> is then divided evenly
    /// among the sequences, and each share is rounded up to a multiple of 256. Attention scans only a sequence's own cells. A fork copies
    /// all cells of its source, at the next call. llama.cpp cuts a call where the numbers of its sequences do not follow one another, and
    /// where one sequence has more tokens than another. The program's own contexts share their cells; the benchmark
    /// <c>limit</c> measures both.
    /// </summary>
    public bool Streams { get; init; }

    /// <summary>Whether hidden states can be read beside the logits.</summary>
    public bool HiddenStates { get; init; }

    /// <summary>The same options, checked, with a batch no larger than the context, as llama.cpp caps it.</summary>
    /// <param name="mostSequences">Most sequence ids that the library takes.</param>
    /// <exception cref="ArgumentOutOfRangeException">A size is outside what llama.cpp takes: it would abort the process.</exception>
    /// <exception cref="UserException">The machine does not have the memory.</exception>
    public DecodeContextOptions Checked(ModelFacts facts, int mostSequences)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(Cells, 256);
        ArgumentOutOfRangeException.ThrowIfLessThan(BatchTokens, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(BatchTokens, 1 << 16);
        ArgumentOutOfRangeException.ThrowIfLessThan(MaxSequences, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(MaxSequences, mostSequences);
        ArgumentOutOfRangeException.ThrowIfLessThan(Threads, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(Threads, MostThreads);

        // llama.cpp would round each stream up by itself, and warn.
        var cells = Streams ? MaxSequences * RoundedUp((Cells + MaxSequences - 1) / MaxSequences) : Cells;
        // The cache is allocated lazily: one that is too large would kill the process only later, when its pages are touched.
        var (bytes, memory) = (cells * facts.KvBytesPerCell, GC.GetGCMemoryInfo().TotalAvailableMemoryBytes);
        if (bytes > memory)
        {
            throw new UserException(ExitCode.ModelUnusable,
                $"a KV cache of {cells} cells takes {bytes >> 20} MiB, and the machine has {memory >> 20} MiB: lower the context's cells");
        }

        return this with { Cells = cells, BatchTokens = Math.Min(BatchTokens, cells) };
    }

    static int RoundedUp(int cells) => (cells + 255) / 256 * 256;
}
