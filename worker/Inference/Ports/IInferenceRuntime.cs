using RebaseBatch.Platform.Errors;

namespace RebaseBatch.Inference.Ports;

/// <summary>Loads models.</summary>
interface IInferenceRuntime
{
    InferenceRuntime Kind { get; }

    /// <summary>
    /// What can decode here: the CPU, and the GPUs whose backend and driver were found, in the order in which they are numbered.
    /// </summary>
    IReadOnlyList<InferenceDevice> Devices();

    /// <summary>The release of the library and, where it says so, its commit. Other builds may give other scores.</summary>
    /// <exception cref="UserException">There are no native files for this machine.</exception>
    string Build();

    /// <summary>The name of the files that were chosen for this processor or GPU: avx2, libggml-cpu-haswell.</summary>
    /// <exception cref="UserException">There are no native files for this machine.</exception>
    string Variant();

    /// <summary>Loads a GGUF file. Blocks for seconds.</summary>
    /// <exception cref="UserException">The file is missing or unreadable, or a requested GPU was not found.</exception>
    ILanguageModel Load(string path, GpuPlacement gpu);

    /// <summary>
    /// Loads a GGUF file to embed texts with: also an encoder, and a model that was trained for embeddings only. It has
    /// <see cref="ILanguageModel.CreateEmbeddingContext"/>, and its tokenizer adds all tokens that the model expects around a text, also
    /// those behind it. Blocks for seconds.
    /// </summary>
    /// <exception cref="UserException">The file is missing or unreadable, or llama.cpp embeds nothing with it.</exception>
    ILanguageModel LoadEmbedder(string path, GpuPlacement gpu);

    /// <summary>
    /// Loads the vocabulary of a GGUF file and none of its weights: of a whole model, or of a file that has a vocabulary only. Reads the
    /// file's head. The model tokenizes; it has no weights to decode with, so <see cref="ILanguageModel.CreateContext"/> throws.
    /// </summary>
    /// <exception cref="UserException">The file is missing or unreadable, or has no vocabulary.</exception>
    ILanguageModel LoadVocabulary(string path);
}
