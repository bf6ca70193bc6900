using RebaseBatch.Inference.Ports;

namespace RebaseBatch.Benchmarks.Pool;

/// <summary>A bundled model's vocabulary, for a model with a longer context.</summary>
sealed class LongVocabulary(ILanguageModel model) : ILanguageModel
{
    public ModelFacts Facts { get; } = model.Facts with { TrainContext = 4096 };
    public IReadOnlyList<LoadRemark> Remarks => model.Remarks;

    public int[] Tokenize(string text, bool addSpecial, bool parseSpecial) => model.Tokenize(text, addSpecial, parseSpecial);

    public ReadOnlySpan<byte> Piece(int token) => model.Piece(token);

    public bool IsEndOfGeneration(int token) => model.IsEndOfGeneration(token);

    public string? Metadata(string key) => model.Metadata(key);

    public IDecodeContext CreateContext(DecodeContextOptions options) => throw new NotSupportedException("a server decodes");

    public void Dispose()
    {
    }
}
