namespace RebaseBatch.Inference.Ports;

/// <summary>How the states of a text's tokens become one vector; the numbers are those of GGUF files and of llama.cpp.</summary>
enum EmbeddingPooling
{
    /// <summary>Their mean.</summary>
    Mean = 1,

    /// <summary>That of the first token, which the model was trained to put the text into.</summary>
    Cls = 2,

    /// <summary>That of the last token.</summary>
    Last = 3,
}
