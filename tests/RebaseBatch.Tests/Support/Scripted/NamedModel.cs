using RebaseBatch.Inference.Ports;

namespace RebaseBatch.Tests.Support.Scripted;

/// <summary>A model of which only the metadata and some tokens are known; every other text is three tokens.</summary>
sealed class NamedModel(Dictionary<string, string> metadata, Dictionary<string, int> tokens) : ILanguageModel
{
    public ModelFacts Facts => throw new NotSupportedException();

    public IReadOnlyList<LoadRemark> Remarks => [];

    public int[] Tokenize(string text, bool addSpecial, bool parseSpecial) => tokens.TryGetValue(text, out var id) ? [id] : [1, 2, 3];

    public ReadOnlySpan<byte> Piece(int token) => [];

    public bool IsEndOfGeneration(int token) => false;

    public string? Metadata(string key) => metadata.GetValueOrDefault(key);

    public IDecodeContext CreateContext(DecodeContextOptions options) => throw new NotSupportedException();

    public void Dispose()
    {
    }
}
