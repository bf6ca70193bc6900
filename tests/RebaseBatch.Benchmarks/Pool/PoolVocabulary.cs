using RebaseBatch.Inference.Ports;

namespace RebaseBatch.Benchmarks.Pool;

/// <summary>Which tokens a simulated policy samples.</summary>
/// <param name="Words">Tokens within a step.</param>
/// <param name="LineBreak">The token that ends a step.</param>
/// <param name="End">The token that ends a solution.</param>
sealed record PoolVocabulary(IReadOnlyList<int> Words, int LineBreak, int End)
{
    public static PoolVocabulary Of(ILanguageModel model)
    {
        var all = Enumerable.Range(0, model.Facts.VocabularySize).ToList();
        return new([.. all.Where(token => !model.IsEndOfGeneration(token) && model.Piece(token) is [>= (byte)'0' and <= (byte)'9'])],
            all.First(token => model.Piece(token) is [(byte)'\n']), all.First(model.IsEndOfGeneration));
    }
}
