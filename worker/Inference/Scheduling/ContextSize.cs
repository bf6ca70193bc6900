using RebaseBatch.Inference.Ports;

namespace RebaseBatch.Inference.Scheduling;

/// <summary>What a scheduler needs to know about the context that it plans for.</summary>
/// <param name="Cells">KV cells, shared by all sequences.</param>
/// <param name="BatchTokens">Most tokens of one decode call.</param>
/// <param name="Sequences">Sequence ids.</param>
readonly record struct ContextSize(int Cells, int BatchTokens, int Sequences)
{
    /// <summary>What makes it larger: words for an error sentence.</summary>
    public const string Larger = "raise Rebase:Inference:ContextCells";

    public static ContextSize Of(IDecodeContext context) => new(context.Cells, context.BatchTokens, context.MaxSequences);
}
