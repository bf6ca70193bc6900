using RebaseBatch.Inference.Ports;

namespace RebaseBatch.Inference.Loading;

/// <summary>How one model's KV memory and threads are laid out on a machine.</summary>
/// <param name="Lanes">Contexts, which the searches are dealt over.</param>
/// <param name="Cells">KV cells of each.</param>
/// <param name="ThreadsPerCall">Threads of one decode call.</param>
/// <param name="FlashAttention">Whether attention runs in the fused kernel.</param>
sealed record ContextLayout(int Lanes, int Cells, int ThreadsPerCall, bool FlashAttention)
{
    /// <summary>
    /// A lane that decodes fewer branches than this at once reads the weights too often for too few tokens. Small models' weights cost
    /// little beside the cells that attention scans (as much as 6 cells for each of the embedding's numbers), so that a lane for
    /// each search is best: at width 16 the bundled models sample 2,900 tokens a processor second in one lane, 5,300 in 4 and 6,500 in 8 or more.
    /// </summary>
    const int FewestBranches = 16, FewestBranchesOfSmall = 8;

    /// <summary>A lane has room for one search at least: its question and the steps of 16 solutions.</summary>
    const int FewestCells = 2048, MostCells = 16_384;

    /// <summary>Longest context that a lane must hold whole, whatever the model was trained on.</summary>
    const int LongestGuaranteed = 8192;

    /// <summary>Weights up to this many bytes are read so fast that threads of one call would wait for each other: lanes side by side use the cores better.</summary>
    const long SmallModelBytes = 256 << 20;

    /// <summary>
    /// On a CPU the fused kernel is the faster one from this size on: by tokens a processor second 1.6 times at 64 (110M weights, four
    /// lanes), and 0.7 times at 32 (the bundled models).
    /// </summary>
    const int FusedHeadSize = 64;

    /// <summary>The layout for a model.</summary>
    /// <param name="threads">Threads configured for the model's calls; 0 chooses.</param>
    /// <param name="memory">Bytes of memory; an eighth of them is for this model's KV cells.</param>
    public static ContextLayout Choose(ModelFacts facts, InferenceOptions options, int threads, long memory, int cores)
    {
        var affordable = memory / 8 / Math.Max(1, facts.KvBytesPerCell);
        var total = options.ContextCells > 0 ? options.ContextCells : Math.Clamp(affordable, FewestCells, MostCells * (long)Wanted(facts, options));
        var lanes = options.Lanes > 0 ? options.Lanes : (int)Math.Clamp(total / Math.Max(FewestCells, Math.Min(facts.TrainContext, LongestGuaranteed)), 1, Wanted(facts, options));
        var cells = (int)Math.Clamp(total / lanes, 256, Math.Max(options.ContextCells, MostCells));
        return new(lanes, cells,
            threads > 0 ? threads : lanes > 1 && facts.Bytes <= SmallModelBytes ? 1 : Half(cores),
            options.FlashAttention ?? (facts.HeadSize >= FusedHeadSize || options.GpuLayers != 0 || options.KvCacheType is KvCacheType.Q8_0 or KvCacheType.Q4_0));
    }

    /// <summary>Threads that all models' calls share: as many as are configured for a policy and a reward model, or all cores.</summary>
    public static int ThreadsInAll(InferenceOptions options, int cores) =>
        options is { PolicyThreads: 0, RewardThreads: 0 } ? Math.Clamp(cores, 1, 128)
        : Configured(options.PolicyThreads, cores) + Configured(options.RewardThreads, cores);

    // A GPU serves one large batch faster than several small ones.
    static int Wanted(ModelFacts facts, InferenceOptions options) =>
        options.GpuLayers != 0 ? 1 : Math.Clamp(options.MaxBranches / (facts.Bytes <= SmallModelBytes ? FewestBranchesOfSmall : FewestBranches), 1, 16);

    static int Configured(int threads, int cores) => threads > 0 ? threads : Half(cores);

    static int Half(int cores) => Math.Clamp(cores / 2, 1, 64);
}
