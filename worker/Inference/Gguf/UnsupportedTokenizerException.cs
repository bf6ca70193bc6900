namespace RebaseBatch.Inference.Gguf;

/// <summary>A tokenizer has something that llama.cpp does not do, or that this program does not know.</summary>
/// <param name="reason">A clause that names it.</param>
sealed class UnsupportedTokenizerException(string reason) : Exception(reason);
