using RebaseBatch.Inference.Gguf;
using RebaseBatch.Platform.Errors;

namespace RebaseBatch.Inference.Llama;

/// <summary>What both runtimes ask of a file before they load it.</summary>
static class ModelUses
{
    /// <returns>What the file's metadata lack, as sentences.</returns>
    /// <exception cref="UserException">It can't be used so.</exception>
    public static IReadOnlyList<string> Check(this ModelUse use, string path) => use switch
    {
        ModelUse.Vocabulary => GgufFitness.CheckVocabulary(path),
        ModelUse.Embedder => GgufFitness.CheckEmbedder(path),
        _ => GgufFitness.Check(path),
    };
}
