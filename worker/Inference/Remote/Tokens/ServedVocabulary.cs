using System.Collections.Concurrent;
using RebaseBatch.Inference.Ports;

namespace RebaseBatch.Inference.Remote.Tokens;

/// <summary>
/// A vocabulary that only a server has. It answers from what it remembers. Computations run in <see cref="ReadAsync"/>, which fetches what
/// they lack, all of it at once, and runs them again. Thread-safe.
/// </summary>
/// <param name="tokens">Asks the server.</param>
/// <param name="leading">Tokens that the model expects before a text.</param>
/// <param name="parameters">The model's number of weights.</param>
sealed class ServedVocabulary(ServedTokens tokens, int[] leading, long parameters) : ILanguageModel
{
    /// <summary>Characters of texts that are remembered, twice: the paths of some thousand steps, in 30 MB with their tokens.</summary>
    const long MostCharacters = 2 << 20;

    [ThreadStatic]
    static VocabularyReading? t_reading;

    readonly RecentTexts _texts = new(MostCharacters);
    readonly ConcurrentDictionary<int, byte> _ends = [];

    public ModelFacts Facts { get; } = new("tokens of the server", parameters, Bytes: 0, int.MaxValue, TrainContext: 0, KvBytesPerCell: 0,
        HeadSize: 0, Width: 0);

    public IReadOnlyList<LoadRemark> Remarks => [];

    /// <summary>Whether the bytes of each token are known, also of one that is a part of a character.</summary>
    public bool HasBytes => tokens.HasBytes;

    public int[] Tokenize(string text, bool addSpecial, bool parseSpecial)
    {
        int[] own = text.Length == 0 ? [] : Find(new TextKey(text, parseSpecial));
        return addSpecial ? [.. leading, .. own] : [.. own];
    }

    public ReadOnlySpan<byte> Piece(int token) => Find(token)?.Bytes;

    public string Marker(int token) => Find(token)?.Name ?? "";

    /// <remarks>No server lists these tokens: a token counts from the first time on that it ended a text.</remarks>
    public bool IsEndOfGeneration(int token) => _ends.ContainsKey(token);

    public string? Metadata(string key) => key == "tokenizer.ggml.bos_token_id" && leading is [var begin, ..] ? $"{begin}" : null;

    public IDecodeContext CreateContext(DecodeContextOptions options) =>
        throw new InvalidOperationException("a model on a server decodes there");

    public async ValueTask<T> ReadAsync<T>(Func<T> compute, CancellationToken ct)
    {
        var reading = new VocabularyReading(this);
        while (true)
        {
            var outer = t_reading;
            t_reading = reading;
            reading.Begin();
            try
            {
                var result = compute();
                if (reading.IsComplete) return result;
            }
            // It computed with tokens that it did not have.
            catch (Exception) when (!reading.IsComplete)
            {
            }
            finally
            {
                t_reading = outer;
            }

            await FetchAsync(reading, ct);
        }
    }

    /// <summary>Learns the tokens that were sampled, so that their pieces are known, and which of them ended the text.</summary>
    /// <param name="hasEnded">Whether the model ended its text with the last one.</param>
    public async Task LearnAsync(int[] sampled, bool hasEnded, CancellationToken ct)
    {
        await tokens.LearnAsync(sampled, ct);
        // Only a control token ends a text. A server may leave that one out, and then the last token is text.
        if (hasEnded && sampled is [.., var last] && tokens.Find(last) is { IsControl: true }) _ends.TryAdd(last, 0);
    }

    /// <summary>The text of a step whose tokens were learned.</summary>
    /// <param name="pieces">The text as its pieces give it.</param>
    public ValueTask<string> TextAsync(int[] step, string pieces, CancellationToken ct) =>
        HasBytes || !pieces.Contains('\uFFFD', StringComparison.Ordinal) ? new(pieces) : new(tokens.TextAsync(step, ct));

    public void Dispose()
    {
    }

    int[] Find(TextKey key)
    {
        var reading = Reading();
        if (reading?.Find(key) is { } own) return own;
        if (_texts.Find(key) is { } known) return known;
        (reading ?? throw Outside()).MissedTexts.Add(key);
        return [];
    }

    ServedPiece? Find(int token)
    {
        if (tokens.Find(token) is { } known) return known;
        (Reading() ?? throw Outside()).MissedTokens.Add(token);
        return null;
    }

    VocabularyReading? Reading() => t_reading is { } reading && reading.Owner == this ? reading : null;

    static InvalidOperationException Outside() => new("a vocabulary on a server is read outside of ReadAsync");

    async Task FetchAsync(VocabularyReading reading, CancellationToken ct)
    {
        var texts = reading.MissedTexts.Select(async key => (Key: key, Tokens: await tokens.OfAsync(key, ct))).ToList();
        await Task.WhenAll([.. texts, tokens.LearnAsync([.. reading.MissedTokens], ct)]);
        foreach (var text in texts)
        {
            var (key, found) = await text;
            reading.Add(key, found);
            _texts.Add(key, found);
        }
    }
}
