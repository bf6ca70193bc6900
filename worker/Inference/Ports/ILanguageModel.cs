namespace RebaseBatch.Inference.Ports;

/// <summary>
/// Weights and vocabulary of one GGUF file. Safe to read from several threads at once. This is the port to llama.cpp. Every implementation
/// passes the same conformance suite.
/// </summary>
interface ILanguageModel : IDisposable
{
    ModelFacts Facts { get; }

    /// <summary>
    /// Token ids of <paramref name="text"/>; control tokens in it are taken as plain text unless <paramref name="parseSpecial"/>.
    /// </summary>
    /// <param name="addSpecial">Whether the tokens that the model expects around a text, such as begin-of-sequence, are added.</param>
    int[] Tokenize(string text, bool addSpecial, bool parseSpecial);

    /// <summary>The token's bytes; a UTF-8 code point may be spread over several tokens. Control tokens have none.</summary>
    ReadOnlySpan<byte> Piece(int token);

    /// <summary>Whether the model ends its text with this token.</summary>
    bool IsEndOfGeneration(int token);

    /// <summary>A metadata value of the GGUF file as text, or null.</summary>
    string? Metadata(string key);

    /// <exception cref="ArgumentOutOfRangeException">An option is outside what the model or the library takes.</exception>
    IDecodeContext CreateContext(DecodeContextOptions options);
}
