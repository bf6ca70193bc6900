namespace RebaseBatch.Inference.Llama;

/// <summary>What a file is loaded for.</summary>
enum ModelUse
{
    /// <summary>To decode: a policy or a reward model.</summary>
    Decoder,

    /// <summary>To embed texts.</summary>
    Embedder,

    /// <summary>To tokenize only: no weights are loaded.</summary>
    Vocabulary,
}
