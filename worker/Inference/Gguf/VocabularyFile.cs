using RebaseBatch.Platform.Errors;
using RebaseBatch.Platform.Files;

namespace RebaseBatch.Inference.Gguf;

/// <summary>The GGUF file that a remote model's vocabulary is read from.</summary>
static class VocabularyFile
{
    /// <summary>
    /// The file itself if it is a GGUF file. A Hugging Face <c>tokenizer.json</c> is converted once: the converted file has the hash of the
    /// tokenizer.json and of the files beside it in its name, so other contents become another file. Any number of processes may share the
    /// folder.
    /// </summary>
    /// <param name="path">A GGUF file, or a tokenizer.json.</param>
    /// <param name="cacheFolder">Where converted files are kept. It is created when it is needed.</param>
    /// <exception cref="UserException">Missing, unreadable, of another kind, or a tokenizer that can't be converted.</exception>
    public static async Task<string> GgufOfAsync(string path, string cacheFolder, CancellationToken ct)
    {
        if (!path.EndsWith(".json", StringComparison.OrdinalIgnoreCase))
        {
            GgufFile.Check(path);
            return path;
        }

        var source = await TokenizerSource.ReadAsync(path, ct);
        var converted = Path.Combine(cacheFolder, $"{source.Hash(TokenizerConversion.Version)}.vocabulary.gguf");
        if (File.Exists(converted)) return converted;
        var content = TokenizerConversion.Convert(source);
        try
        {
            DurableFiles.CreateFolder(cacheFolder);
            using var held = await FileLock.TakeAsync($"{converted}.lock", () => { }, TimeProvider.System, ct);
            if (!File.Exists(converted)) Store(content, converted);
            return converted;
        }
        catch (Exception e) when (e is UnauthorizedAccessException or IOException)
        {
            throw new UserException(ExitCode.NoPermission,
                $"the converted vocabulary of {path} can't be stored in {cacheFolder}: {e.Message}; set "
                    + "Rebase:Inference:ModelCacheDirectory to a folder that this user may write", e);
        }
    }

    /// <summary>Under the lock: a part that is here belongs to a process that died.</summary>
    static void Store(byte[] content, string path)
    {
        var part = $"{path}.part";
        using (var file = new FileStream(part, FileMode.Create, FileAccess.Write, FileShare.None))
        {
            file.Write(content);
            file.Flush(flushToDisk: true);
        }

        // A crash before this line leaves the part, which the next process overwrites. A crash after it leaves the complete file.
        File.Move(part, path, overwrite: true);
        DurableFiles.FlushFolder(Path.GetDirectoryName(path)!);
    }
}
