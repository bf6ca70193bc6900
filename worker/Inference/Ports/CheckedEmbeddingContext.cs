namespace RebaseBatch.Inference.Ports;

/// <summary>
/// Refuses every call that would abort the process inside llama.cpp: too many tokens for one micro-batch, an empty text, a token outside
/// the vocabulary. Runtimes derive from it and only translate calls.
/// </summary>
abstract class CheckedEmbeddingContext(EmbeddingContextOptions options, int vocabularySize) : IEmbeddingContext
{
    int _threads = options.Threads;
    bool _disposed;

    public abstract int Width { get; }
    public int BatchTokens { get; } = options.BatchTokens;
    public int MaxTexts { get; } = options.MaxTexts;

    public int Threads
    {
        get => _threads;
        set
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            if (value == _threads) return;
            ArgumentOutOfRangeException.ThrowIfLessThan(value, 1);
            ArgumentOutOfRangeException.ThrowIfGreaterThan(value, DecodeContextOptions.MostThreads);
            ThreadsCore(value);
            _threads = value;
        }
    }

    public bool Embed(IReadOnlyList<int[]> texts, Span<float> vectors)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        if (texts.Count == 0) return true;
        if (texts.Count > MaxTexts) throw new ArgumentException($"{texts.Count} texts exceed the context's {MaxTexts}", nameof(texts));
        if (vectors.Length < texts.Count * Width)
            throw new ArgumentException($"{texts.Count} vectors of {Width} numbers do not fit {vectors.Length}", nameof(vectors));
        var tokens = 0;
        foreach (var text in texts)
        {
            if (text.Length == 0) throw new ArgumentException("a text without tokens has no embedding", nameof(texts));
            tokens += text.Length;
            foreach (var token in text)
            {
                if ((uint)token >= (uint)vocabularySize)
                    throw new ArgumentException($"token {token} is not within the vocabulary of {vocabularySize}", nameof(texts));
            }
        }

        return tokens <= BatchTokens
            ? EmbedCore(texts, tokens, vectors)
            : throw new ArgumentException($"texts of {tokens} tokens exceed the context's {BatchTokens}", nameof(texts));
    }

    public void Dispose()
    {
        if (_disposed) return;
        _disposed = true;
        DisposeCore();
    }

    protected abstract void ThreadsCore(int threads);

    /// <param name="tokens">Of all texts together.</param>
    protected abstract bool EmbedCore(IReadOnlyList<int[]> texts, int tokens, Span<float> vectors);

    protected abstract void DisposeCore();
}
