using System.Buffers.Binary;

namespace RebaseBatch.Inference.Llama;

/// <summary>
/// Finds files that were cut off, by a full disk or a copy that ended early. Linux's loader maps them as though they were whole, and the
/// process then ends with a bus error and without a word. The loaders of other systems refuse them.
/// </summary>
static class NativeFile
{
    const int HeaderBytes = 64;
    const int SegmentBytes = 56;
    const uint Loaded = 1;

    /// <summary>A clause about the first file of a folder that is cut off; null if there is none.</summary>
    public static string? FaultIn(string folder) => !OperatingSystem.IsLinux() ? null
        : Directory.EnumerateFiles(folder, "lib*.so*").Order(StringComparer.Ordinal).Select(FaultOf)
            .FirstOrDefault(fault => fault is not null);

    /// <summary>A clause that names the file; null if all that the loader would map is there, or if the file has another format.</summary>
    /// <remarks>The format is 64-bit ELF, little-endian: https://refspecs.linuxfoundation.org/elf/gabi4+/ch5.pheader.html.</remarks>
    static string? FaultOf(string path)
    {
        try
        {
            using var file = File.OpenRead(path);
            Span<byte> header = stackalloc byte[HeaderBytes];
            // A file without a whole header is refused by the loader, and another file may be a linker's script.
            if (file.ReadAtLeast(header, HeaderBytes, throwOnEndOfStream: false) < HeaderBytes) return null;
            if (!header.StartsWith((ReadOnlySpan<byte>)[0x7F, (byte)'E', (byte)'L', (byte)'F', 2, 1])) return null;
            file.Position = BinaryPrimitives.ReadInt64LittleEndian(header[32..]);
            Span<byte> segment = stackalloc byte[SegmentBytes];
            for (var left = BinaryPrimitives.ReadUInt16LittleEndian(header[56..]); left > 0; left--)
            {
                if (file.ReadAtLeast(segment, SegmentBytes, throwOnEndOfStream: false) < SegmentBytes) return Cut();
                if (BinaryPrimitives.ReadUInt32LittleEndian(segment) is not Loaded) continue;
                var end = BinaryPrimitives.ReadInt64LittleEndian(segment[8..]) + BinaryPrimitives.ReadInt64LittleEndian(segment[32..]);
                if (end > file.Length) return Cut();
            }

            return null;

            string Cut() => $"{Path.GetFileName(path)} is cut off after {file.Length} bytes";
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // The loader says it better.
            return null;
        }
    }
}
