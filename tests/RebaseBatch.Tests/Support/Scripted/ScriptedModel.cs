using System.Text;
using RebaseBatch.Inference.Ports;

namespace RebaseBatch.Tests.Support.Scripted;

/// <summary>
/// A language model that is a pure function of its prefix: the logits are a hash of all tokens before. A wrong prefix
/// gives another text, so a test notices an engine that mixes up its cache.
/// </summary>
sealed class ScriptedModel(int vocabularySize = 40, int trainContext = 4096, double newline = 2.0, double end = 0.5) : ILanguageModel
{
    public const int EndOfGeneration = 0;
    public const int NewLine = 1;

    public ModelFacts Facts { get; } = new("scripted", 1000, 2000, vocabularySize, trainContext, 16, 32, 16);

    public IReadOnlyList<LoadRemark> Remarks => [];

    /// <summary>A token that makes every decode call with it fail.</summary>
    public int Poison { get; init; } = -1;

    /// <summary>The text of a token that is neither the line break nor the end; null for one letter.</summary>
    public Func<int, string>? Texts { get; init; }

    public List<ScriptedContext> Contexts { get; } = [];

    public int[] Tokenize(string text, bool addSpecial, bool parseSpecial) =>
        [.. text.Select(c => c == '\n' ? NewLine : 2 + c % (vocabularySize - 2))];

    public ReadOnlySpan<byte> Piece(int token) => token switch
    {
        EndOfGeneration => "",
        NewLine => "\n",
        _ when Texts is not null => Texts(token),
        _ => Encoding.ASCII.GetString([(byte)('a' + token % 26)]),
    } is var text ? Encoding.UTF8.GetBytes(text) : [];

    public bool IsEndOfGeneration(int token) => token == EndOfGeneration;
    public string? Metadata(string key) => null;

    public IDecodeContext CreateContext(DecodeContextOptions options)
    {
        var context = new ScriptedContext(this, options);
        Contexts.Add(context);
        return context;
    }

    public IEmbeddingContext CreateEmbeddingContext(EmbeddingContextOptions options) =>
        new ScriptedEmbeddingContext(this, options.Checked(Facts, 256));

    public void Dispose()
    {
    }

    public static void FillHidden(IEnumerable<int> prefix, Span<float> state) => Fill(prefix, state);

    static void Fill(IEnumerable<int> prefix, Span<float> numbers)
    {
        var hash = 14695981039346656037UL;
        foreach (var token in prefix) hash = (hash ^ (uint)(token + 1)) * 1099511628211UL;
        for (var i = 0; i < numbers.Length; i++)
        {
            var x = (hash ^ (ulong)(i + 1)) * 0x9E3779B97F4A7C15UL;
            x ^= x >> 29;
            numbers[i] = (x * 0xBF58476D1CE4E5B9UL >> 40) / (float)(1 << 24);
        }
    }

    public void FillLogits(IEnumerable<int> prefix, Span<float> logits)
    {
        Fill(prefix, logits);
        logits[NewLine] += (float)newline;
        logits[EndOfGeneration] += (float)end;
    }
}
