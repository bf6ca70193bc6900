using RebaseBatch.Inference.Ports;

namespace RebaseBatch.Inference.Loading;

/// <summary>How a reward model's KV memory is laid out when its contexts hold one path each and swap paths in and out.</summary>
/// <param name="Readers">Contexts.</param>
/// <param name="Longest">Most tokens of a path.</param>
/// <param name="SavedCells">Tokens whose keys and values are kept outside the contexts.</param>
/// <param name="EnoughTokens">Tokens of a call beyond which a further sibling does not make it faster by the token.</param>
sealed record SwappingLayout(int Readers, int Longest, int SavedCells, int EnoughTokens)
{
    /// <summary>Steps of siblings that one call reads at most.</summary>
    public const int Siblings = 8;

    /// <summary>Cells of a context beside the longest path, for the siblings' steps.</summary>
    const int Beside = 256;

    public int Cells => Longest + Beside;

    /// <summary>
    /// A path is saved whole, also what it shares with its siblings. There must be room for paths of this many tokens, two for each branch
    /// that decodes at once. With less, prefixes would be read again and again, and contexts that share the cells of prefixes are better.
    /// </summary>
    const int TokensOfPath = 256;

    /// <summary>
    /// A call of fewer tokens takes a sibling along. 3.6M weights read 6,000 tokens a second in calls of 7 and no more in larger ones. 110M
    /// weights read 320 in calls of 9, 500 in calls of 36 and 560 in calls of 72.
    /// </summary>
    const int EnoughOfCached = 8, EnoughOfLarge = 64;

    /// <summary>The layout for a reward model.</summary>
    /// <param name="shared">Its layout with contexts that hold whole trees.</param>
    /// <param name="threads">Decode threads of all models.</param>
    /// <returns>Null where whole trees are better: on a GPU, from which keys and values would be copied to the machine's memory, and with
    /// little memory.</returns>
    public static SwappingLayout? Choose(ContextLayout shared, ModelFacts facts, InferenceOptions options, int threads)
    {
        if (options.GpuLayers != 0) return null;
        var total = (long)shared.Contexts * shared.Cells;
        var guaranteed = Math.Min(facts.TrainContext, ContextLayout.LongestGuaranteed);
        // On many cores the readers' own cells would leave no room for what they save.
        var readers = options.Lanes > 0
            ? options.Lanes : (int)Math.Clamp(total / 2 / (guaranteed + Beside), 1, Math.Max(1, threads / shared.ThreadsPerCall));
        // Who raises the cells because a path does not fit gets room for a longer one: half of the cells are for paths that are read.
        var configured = options.ContextCells > 0 ? total / 2 / readers - Beside : 0;
        var longest = (int)Math.Min(facts.TrainContext, Math.Max(guaranteed, configured));
        var layout = new SwappingLayout(readers, longest, 0, facts.Bytes <= ContextLayout.CachedBytes ? EnoughOfCached : EnoughOfLarge);
        var saved = total - (long)readers * layout.Cells;
        return saved < 2L * options.MaxBranches * TokensOfPath ? null : layout with { SavedCells = (int)saved };
    }
}
