using System.Text;
using RebaseBatch.Platform.Errors;

namespace RebaseBatch.Inference.Gguf;

/// <summary>
/// What a GGUF file says about its tensors before their data (https://github.com/ggml-org/ggml/blob/master/docs/gguf.md, versions 2 and 3):
/// enough to count parameters without loading gigabytes.
/// </summary>
static class GgufHeader
{
    // Far more than any model has. A file that claims more is damaged and must not keep a reader busy for hours.
    const ulong MostEntries = 1_000_000, LongestText = 64 * 1024 * 1024;

    /// <summary>The number of weights of all tensors together, as llama.cpp counts them.</summary>
    /// <exception cref="UserException">Missing, unreadable, or not a GGUF file.</exception>
    public static long CountParameters(string path)
    {
        GgufFile.Check(path);
        try
        {
            using var reader = new BinaryReader(new BufferedStream(File.OpenRead(path), 1 << 16), Encoding.UTF8);
            reader.ReadUInt64(); // magic and version, checked
            var tensors = Bounded(reader.ReadUInt64(), MostEntries);
            var entries = Bounded(reader.ReadUInt64(), MostEntries);
            for (var i = 0UL; i < entries; i++)
            {
                SkipText(reader);
                SkipValue(reader, reader.ReadUInt32());
            }

            var parameters = 0L;
            for (var i = 0UL; i < tensors; i++)
            {
                SkipText(reader);
                var elements = 1L;
                for (var dimensions = Bounded(reader.ReadUInt32(), 8); dimensions > 0; dimensions--)
                    elements = checked(elements * reader.ReadInt64());
                parameters = checked(parameters + elements);
                reader.ReadUInt32(); // type
                reader.ReadUInt64(); // offset
            }

            return parameters;
        }
        catch (Exception e) when (e is EndOfStreamException or InvalidDataException or OverflowException)
        {
            throw new UserException(ExitCode.ModelUnusable,
                $"the model file {path} is damaged: its header ends early or makes no sense", e);
        }
        catch (Exception e) when (e is UnauthorizedAccessException or IOException)
        {
            throw new UserException(ExitCode.NoPermission, $"the model file {path} can't be read: {e.Message}", e);
        }
    }

    static void SkipValue(BinaryReader reader, uint type)
    {
        switch (type)
        {
            case 8:
                SkipText(reader);
                break;
            case 9:
                var element = reader.ReadUInt32();
                if (element == 9) throw new InvalidDataException("an array of arrays");
                for (var left = Bounded(reader.ReadUInt64(), LongestText); left > 0; left--) SkipValue(reader, element);
                break;
            default:
                Skip(reader,
                    type switch
                    {
                        0 or 1 or 7 => 1,
                        2 or 3 => 2,
                        4 or 5 or 6 => 4,
                        10 or 11 or 12 => 8,
                        _ =>
                        throw new InvalidDataException("an unknown type")
                    });
                break;
        }
    }

    static void SkipText(BinaryReader reader) => Skip(reader, Bounded(reader.ReadUInt64(), LongestText));

    static void Skip(BinaryReader reader, ulong bytes)
    {
        Span<byte> waste = stackalloc byte[256];
        while (bytes > 0)
        {
            var part = waste[..(int)Math.Min(bytes, (ulong)waste.Length)];
            if (reader.Read(part) is var read && read == 0) throw new EndOfStreamException();
            bytes -= (ulong)read;
        }
    }

    static ulong Bounded(ulong value, ulong most) => value <= most ? value : throw new InvalidDataException("an implausible count");
}
