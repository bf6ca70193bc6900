namespace RebaseBatch.Inference.Gguf;

/// <summary>The numbers in <c>tokenizer.ggml.token_type</c> (llama.h, <c>llama_token_type</c>).</summary>
enum TokenType
{
    Normal = 1,
    Unknown = 2,

    /// <summary>Found in a text only when special tokens are parsed; has no text of its own.</summary>
    Control = 3,

    /// <summary>Found in every text.</summary>
    UserDefined = 4,

    Unused = 5,

    /// <summary>A byte of SentencePiece, written <c>&lt;0x0A&gt;</c>.</summary>
    Byte = 6,
}
