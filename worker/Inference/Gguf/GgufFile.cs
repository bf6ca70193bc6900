using System.Buffers.Binary;
using RebaseBatch.Platform.Errors;
using RebaseBatch.Platform.Files;

namespace RebaseBatch.Inference.Gguf;

/// <summary>
/// Checks the first bytes of a model file before llama.cpp reads it, so that each kind of fault gets its own error sentence.
/// </summary>
static class GgufFile
{
    /// <exception cref="UserException">Missing, unreadable, or not a GGUF file.</exception>
    public static void Check(string path)
    {
        if (SpecialFile.FaultOf(path) is { } fault) throw new UserException(ExitCode.BadInput, $"the model {path} {fault}");
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
        if (version is 2 or 3) return;
        throw new UserException(ExitCode.ModelUnusable,
            $"{path} is GGUF version {version}, and only versions 2 and 3 can be read: convert the model again");
    }
}
