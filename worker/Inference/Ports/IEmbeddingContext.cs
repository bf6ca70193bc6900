namespace RebaseBatch.Inference.Ports;

/// <summary>
/// Reads whole texts, and gives a vector for each. It keeps nothing from call to call. Not thread-safe: one call at a time.
/// </summary>
interface IEmbeddingContext : IDisposable
{
    /// <summary>Numbers of a vector.</summary>
    int Width { get; }

    /// <summary>Most tokens of one call over all its texts, and so of one text.</summary>
    int BatchTokens { get; }

    /// <summary>Most texts of one call.</summary>
    int MaxTexts { get; }

    /// <summary>Threads of the next calls, 1 to 512.</summary>
    int Threads { get; set; }

    /// <summary>Embeds the texts, each by itself: no text sees another.</summary>
    /// <param name="texts">The tokens of each, at least one.</param>
    /// <param name="vectors">
    /// Takes <see cref="Width"/> numbers for each text, in the order of the texts. Their length is the model's own.
    /// </param>
    /// <returns>False when the model failed; the next call may work.</returns>
    /// <exception cref="ArgumentException">
    /// There are too many texts or tokens, a text has none, or a token is not the vocabulary's.
    /// </exception>
    bool Embed(IReadOnlyList<int[]> texts, Span<float> vectors);
}
