using RebaseBatch.Inference.Ports;

namespace RebaseBatch.Inference.Loading;

/// <summary>How an embedding model's context is laid out on a machine.</summary>
static class EmbeddingLayout
{
    /// <summary>Most tokens of one call and of one text, unless cells are configured: the longest solution of DORA's paper.</summary>
    const int MostTokens = 2048;

    /// <summary>With fewer a step would not fit.</summary>
    const int FewestTokens = 256;

    /// <param name="isEncoder">Whether the model has no logits, which a decoder computes for every token of a call.</param>
    /// <param name="threads">Threads of one call.</param>
    /// <param name="memory">The machine's bytes of memory; an eighth of them is for this model's calls.</param>
    public static EmbeddingContextOptions Choose(ModelFacts facts, bool isEncoder, InferenceOptions options, int threads, long memory)
    {
        var perToken = facts.KvBytesPerCell + (isEncoder ? 0 : 2L * facts.VocabularySize * sizeof(float));
        var most = options.ContextCells > 0 ? options.ContextCells : Math.Min(MostTokens, memory / 8 / Math.Max(1, perToken));
        // Beyond its training an encoder has no positions, and llama.cpp would end the process.
        var trained = facts.TrainContext > 0 ? facts.TrainContext : FewestTokens;
        return new()
        {
            BatchTokens = (int)Math.Clamp(Math.Min(most, trained), Math.Min(FewestTokens, trained), 1 << 16),
            MaxTexts = options.MaxBranches,
            Threads = threads,
        };
    }
}
