namespace RebaseBatch.Inference.Gguf;

/// <summary>
/// A vocabulary as llama.cpp reads it (https://github.com/ggml-org/ggml/blob/master/docs/gguf.md, <c>tokenizer.ggml</c>).
/// </summary>
/// <param name="Model">Of llama.cpp's tokenizers: gpt2 or llama.</param>
/// <param name="Pre">The way in which texts are cut before the merges.</param>
/// <param name="Tokens">The tokens by their texts and numbers.</param>
sealed record GgufVocabulary(string Model, string Pre, TokenTable Tokens)
{
    /// <summary>Pairs with a space between them, the most wanted first. Of gpt2.</summary>
    public string[]? Merges { get; init; }

    /// <summary>The score of each piece, the most wanted first; others have the lowest. Of llama.</summary>
    public IReadOnlyDictionary<string, int>? Ranks { get; init; }

    /// <summary>Whether a text gets a space before it. Of llama.</summary>
    public bool SpaceBefore { get; init; }
}
