using RebaseBatch.Inference.Ports;

namespace RebaseBatch.Inference.Loading;

/// <summary>How one model's KV memory and threads are laid out on a machine.</summary>
/// <param name="Contexts">Contexts, over which the searches are spread.</param>
/// <param name="Cells">KV cells of each context.</param>
/// <param name="ThreadsPerCall">Threads of one decode call.</param>
/// <param name="MostThreadsPerCall">Threads of a decode call when the other engines have no work.</param>
/// <param name="SequencesPerContext">Sequences of one search that a context decodes well; a larger wave is spread.</param>
/// <param name="FlashAttention">Whether attention runs in the fused kernel.</param>
sealed record ContextLayout(
    int Contexts, int Cells, int ThreadsPerCall, int MostThreadsPerCall, int SequencesPerContext, bool FlashAttention)
{
    /// <summary>
    /// A context that decodes fewer sequences than this at once reads the weights too often for too few tokens. A small model's weights
    /// cost little compared with the cells that attention scans (they cost as much as 6 cells for each number of the embedding), so smaller
    /// contexts are better: policy S draws 27,700 tokens a second with 8 sequences in a context, 22,300 with 16 and 14,800 with 32.
    /// </summary>
    const int FewestSequences = 16, FewestSequencesOfSmall = 8, FewestSequencesOfCached = 4;

    /// <summary>
    /// Sequences of one search in a context. A sequence that moves to another context is encoded again there, so they are more than the
    /// fewest that a context decodes well: two searches of width 64 with 110M weights took 53 s with 16 and 49 s with 32.
    /// </summary>
    const int SequencesOfSearch = 32, SequencesOfSearchOfCached = 8;

    /// <summary>A context has room for at least one search: its question and the steps of 16 solutions.</summary>
    const int FewestCells = 2048, MostCells = 16_384;

    /// <summary>Longest sequence that a context must hold, even if the model was trained on longer ones.</summary>
    public const int LongestGuaranteed = 8192;

    /// <summary>
    /// Weights up to this many bytes are read so fast that the threads of one call would wait for each other: contexts side by side use the
    /// cores better.
    /// </summary>
    const long SmallModelBytes = 256 << 20;

    /// <summary>
    /// Weights up to this many bytes stay in the processor's cache. Their calls are so short that a second thread makes them no faster
    /// (3.6M weights, 8 sequences: 27,400 tokens a second with one thread, 30,900 with two; 110M weights, 16 sequences: 341 and 643).
    /// </summary>
    public const long CachedBytes = 32 << 20;

    /// <summary>
    /// On a CPU the fused kernel is the faster one from this size on. It gives 1.6 times the tokens per processor second at 64 (110M
    /// weights, four contexts), and 0.7 times at 32 (the bundled models).
    /// </summary>
    const int FusedHeadSize = 64;

    /// <summary>The layout for a model.</summary>
    /// <param name="threads">Threads configured for the model's calls; 0 chooses.</param>
    /// <param name="memory">The machine's bytes of memory; an eighth of them is for this model's KV cells.</param>
    public static ContextLayout Choose(ModelFacts facts, InferenceOptions options, int threads, long memory, int cores)
    {
        var affordable = memory / 8 / Math.Max(1, facts.KvBytesPerCell);
        var total = options.ContextCells > 0
            ? options.ContextCells : Math.Clamp(affordable, FewestCells, MostCells * (long)Wanted(facts, options));
        var contexts = options.Lanes > 0
            ? options.Lanes
            : (int)Math.Clamp(total / Math.Max(FewestCells, Math.Min(facts.TrainContext, LongestGuaranteed)), 1, Wanted(facts, options));
        var cells = (int)Math.Clamp(total / contexts, 256, Math.Max(options.ContextCells, MostCells));
        var perCall = threads > 0 ? threads : contexts > 1 && facts.Bytes <= SmallModelBytes ? 1 : Half(cores);
        return new(contexts, cells, perCall, facts.Bytes <= CachedBytes ? perCall : Math.Max(perCall, ThreadsInAll(options, cores)),
            facts.Bytes <= CachedBytes ? SequencesOfSearchOfCached : SequencesOfSearch,
            options.FlashAttention ?? (facts.HeadSize >= FusedHeadSize || options.GpuLayers != 0 || options.KvCacheType is KvCacheType.Q8_0
                or KvCacheType.Q4_0));
    }

    /// <summary>Threads that all models' calls share: as many as are configured for a policy and a reward model, or all cores.</summary>
    public static int ThreadsInAll(InferenceOptions options, int cores) =>
        options is { PolicyThreads: 0, RewardThreads: 0 } ? Math.Clamp(cores, 1, 128)
        : Configured(options.PolicyThreads, cores) + Configured(options.RewardThreads, cores);

    // A GPU serves one large batch faster than several small ones.
    static int Wanted(ModelFacts facts, InferenceOptions options) =>
        options.GpuLayers != 0
            ? 1
            : Math.Clamp(options.MaxBranches / facts.Bytes switch
            {
                <= CachedBytes => FewestSequencesOfCached,
                <= SmallModelBytes => FewestSequencesOfSmall,
                _ => FewestSequences,
            }, 1, 16);

    static int Configured(int threads, int cores) => threads > 0 ? threads : Half(cores);

    static int Half(int cores) => Math.Clamp(cores / 2, 1, 64);
}
