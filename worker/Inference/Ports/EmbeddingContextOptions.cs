using RebaseBatch.Platform.Errors;

namespace RebaseBatch.Inference.Ports;

/// <summary>Sizes of a context that embeds texts.</summary>
sealed record EmbeddingContextOptions
{
    /// <summary>Most tokens of one call over all its texts, and so of one text, at least 16.</summary>
    public int BatchTokens { get; init; } = 512;

    /// <summary>Most texts of one call, 1 to 256.</summary>
    public int MaxTexts { get; init; } = 32;

    /// <summary>Threads of one call, 1 to 512.</summary>
    public int Threads { get; init; } = 1;

    /// <summary>How the states of a text's tokens become one vector, where the file does not say it: by default their mean.</summary>
    public EmbeddingPooling Pooling { get; init; } = EmbeddingPooling.Mean;

    /// <summary>
    /// <see cref="BatchTokens"/>, rounded up to as many for each text: llama.cpp plans its largest call so, and ends the process where its
    /// batch has another size.
    /// </summary>
    public int PlannedTokens => (BatchTokens + MaxTexts - 1) / MaxTexts * MaxTexts;

    /// <summary>The same options, checked.</summary>
    /// <param name="mostTexts">Most sequence ids that the library takes.</param>
    /// <exception cref="ArgumentOutOfRangeException">A size is outside what llama.cpp takes: it would abort the process.</exception>
    /// <exception cref="UserException">The machine does not have the memory.</exception>
    public EmbeddingContextOptions Checked(ModelFacts facts, int mostTexts)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(BatchTokens, 16);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(BatchTokens, 1 << 16);
        ArgumentOutOfRangeException.ThrowIfLessThan(MaxTexts, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(MaxTexts, mostTexts);
        ArgumentOutOfRangeException.ThrowIfLessThan(Threads, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(Threads, DecodeContextOptions.MostThreads);
        // A decoder computes the logits of every token of such a call.
        var bytes = BatchTokens * (facts.KvBytesPerCell + ((long)facts.VocabularySize * sizeof(float)));
        var memory = GC.GetGCMemoryInfo().TotalAvailableMemoryBytes;
        return bytes <= memory
            ? this
            : throw new UserException(ExitCode.ModelUnusable,
                $"a context that embeds {BatchTokens} tokens at once takes {bytes >> 20} MiB, and the machine has {memory >> 20} MiB: "
                    + "lower the context's cells");
    }
}
