using RebaseBatch.Platform.Errors;

namespace RebaseBatch.Inference.Gguf;

/// <summary>The file that a remote model's vocabulary is read from.</summary>
static class VocabularyFile
{
    /// <summary>
    /// The GGUF file of a vocabulary: the file itself if it is one, and what a Hugging Face <c>tokenizer.json</c> was converted to.
    /// </summary>
    /// <param name="path">A GGUF file, or a tokenizer.json.</param>
    /// <param name="cacheFolder">Where converted files are kept, under the hash of their sources. Created when it is needed.</param>
    /// <exception cref="UserException">Missing, unreadable, of another kind, or a tokenizer that can't be converted.</exception>
    public static Task<string> GgufOfAsync(string path, string cacheFolder, CancellationToken ct)
    {
        ct.ThrowIfCancellationRequested();
        if (!path.EndsWith(".json", StringComparison.OrdinalIgnoreCase))
        {
            GgufFile.Check(path);
            return Task.FromResult(path);
        }

        throw new UserException(ExitCode.ModelUnusable, $"the vocabulary {path} can't be converted: name a GGUF file of the model");
    }
}
