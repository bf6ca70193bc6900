using System.Buffers.Binary;
using RebaseBatch.Platform.Errors;

namespace RebaseBatch.Inference.Gguf;

/// <summary>The first bytes of a model file, read before llama.cpp does, so that what is wrong gets a sentence of its own.</summary>
static class GgufFile
{
    /// <exception cref="UserException">Missing, unreadable, or not a GGUF file.</exception>
    public static void Check(string path)
    {
        if (!File.Exists(path)) throw new UserException(ExitCode.NotFound, $"the model file {path} does not exist");
        Span<byte> head = stackalloc byte[8];
        int read;
        try
        {
            using var file = File.OpenRead(path);
            read = file.ReadAtLeast(head, head.Length, throwOnEndOfStream: false);
        }
        catch (Exception e) when (e is UnauthorizedAccessException or IOException)
        {
            throw new UserException(ExitCode.NoPermission, $"the model file {path} can't be read: {e.Message}", e);
        }

        if (read < head.Length || !head[..4].SequenceEqual("GGUF"u8))
            throw new UserException(ExitCode.ModelUnusable, $"{path} is not a GGUF model file: it does not begin with 'GGUF'");
        var version = BinaryPrimitives.ReadUInt32LittleEndian(head[4..]);
        if (version is not (2 or 3)) throw new UserException(ExitCode.ModelUnusable, $"{path} is GGUF version {version}, and versions 2 and 3 can be read: convert the model again");
    }
}
