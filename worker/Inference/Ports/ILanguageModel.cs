namespace RebaseBatch.Inference.Ports;

/// <summary>
/// Weights and vocabulary of one GGUF file. Safe to read from several threads at once. This is the port to llama.cpp. Every implementation
/// passes the same conformance suite.
/// </summary>
interface ILanguageModel : IDisposable
{
    ModelFacts Facts { get; }

    /// <summary>What the file's metadata and the library's warnings say about the loading, up to now, each remark once.</summary>
    IReadOnlyList<LoadRemark> Remarks { get; }

    /// <summary>
    /// Token ids of <paramref name="text"/>; control tokens in it are taken as plain text unless <paramref name="parseSpecial"/>.
    /// </summary>
    /// <param name="addSpecial">
    /// Whether the tokens that the model expects before a text are added: begin-of-sequence, once. A token behind the text is never added,
    /// also if the tokenizer would (<c>add_eos_token</c>): a prompt that ends with end-of-sequence has no continuation.
    /// </param>
    int[] Tokenize(string text, bool addSpecial, bool parseSpecial);

    /// <summary>The token's bytes; a UTF-8 code point may be spread over several tokens. Control tokens have none.</summary>
    ReadOnlySpan<byte> Piece(int token);

    /// <summary>A control token as a template names it, such as <c>&lt;|im_end|&gt;</c>; for other tokens the text of the piece.</summary>
    string Marker(int token) => System.Text.Encoding.UTF8.GetString(Piece(token));

    /// <summary>Whether the model ends its text with this token.</summary>
    bool IsEndOfGeneration(int token);

    /// <summary>
    /// Runs a computation that reads the vocabulary, such as to write a prompt's tokens. It runs at once where the vocabulary is here. For
    /// one on a server, what the computation lacks is fetched, and then it runs again: it must change nothing.
    /// </summary>
    ValueTask<T> ReadAsync<T>(Func<T> compute, CancellationToken ct) => new(compute());

    /// <summary>A metadata value of the GGUF file as text, or null.</summary>
    string? Metadata(string key);

    /// <exception cref="ArgumentOutOfRangeException">An option is outside what the model or the library takes.</exception>
    /// <exception cref="InvalidOperationException">Only the vocabulary was loaded
    /// (<see cref="IInferenceRuntime.LoadVocabulary"/>).</exception>
    IDecodeContext CreateContext(DecodeContextOptions options);

    /// <summary>
    /// A context that embeds texts, as the file says it pools (<c>pooling_type</c>), else as the options say. Any model with weights here
    /// has one, also a policy.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">An option is outside what the model or the library takes.</exception>
    /// <exception cref="InvalidOperationException">Its weights are not here.</exception>
    IEmbeddingContext CreateEmbeddingContext(EmbeddingContextOptions options) =>
        throw new InvalidOperationException("this model has no weights here, and embeddings need them");
}
