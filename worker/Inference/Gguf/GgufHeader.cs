using System.Text;
using RebaseBatch.Platform.Errors;
using RebaseBatch.Platform.Text;

namespace RebaseBatch.Inference.Gguf;

/// <summary>
/// What a GGUF file says about its tensors before their data (https://github.com/ggml-org/ggml/blob/master/docs/gguf.md, versions 2 and 3):
/// enough to count parameters without loading gigabytes.
/// </summary>
/// <param name="Parameters">The number of weights of all tensors of this file together, as llama.cpp counts them.</param>
/// <param name="SplitNo">The number of this part of a split model, from 0; 0 for a model of one file.</param>
/// <param name="SplitCount">The number of parts; 0 when the file says nothing about parts.</param>
sealed record GgufHeader(long Parameters, int SplitNo, int SplitCount)
{
    /// <summary>The file's metadata but arrays and long texts, as text: "true", "0", "llama".</summary>
    public IReadOnlyDictionary<string, string> Values { get; private init; } = new Dictionary<string, string>();

    /// <summary>The lengths of the metadata's arrays.</summary>
    public IReadOnlyDictionary<string, long> Lengths { get; private init; } = new Dictionary<string, long>();

    public long Tensors { get; private init; }

    /// <summary>Bytes that the file has at least: its data begin behind the header, and the last tensor's at its offset.</summary>
    public long LeastBytes { get; private init; }

    // Far more than any model has. A file that claims more is damaged and must not keep a reader busy for hours.
    const ulong MostEntries = 1_000_000, LongestText = 64 * 1024 * 1024, LongestKept = 256;

    /// <summary>The number of weights of the model, all its parts together.</summary>
    /// <param name="path">The file, or the first part.</param>
    /// <exception cref="UserException">A file is missing, unreadable, or not a GGUF file.</exception>
    public static long CountParameters(string path) => GgufShards.Of(path).Sum(shard => Read(shard).Parameters);

    /// <summary>Null when the header ends early or makes no sense.</summary>
    /// <exception cref="UserException">Missing, unreadable, or not a GGUF file.</exception>
    public static GgufHeader? TryRead(string path)
    {
        try
        {
            return Read(path);
        }
        catch (UserException e) when (e.InnerException is EndOfStreamException or InvalidDataException or OverflowException)
        {
            return null;
        }
    }

    /// <exception cref="UserException">Missing, unreadable, damaged, or not a GGUF file.</exception>
    public static GgufHeader Read(string path)
    {
        GgufFile.Check(path);
        try
        {
            using var reader = new BinaryReader(new BufferedStream(File.OpenRead(path), 1 << 16), Encoding.UTF8);
            reader.ReadUInt64(); // magic and version, checked
            var tensors = Bounded(reader.ReadUInt64(), MostEntries);
            var entries = Bounded(reader.ReadUInt64(), MostEntries);
            var (splitNo, splitCount) = (0, 0);
            var (values, lengths) = (new Dictionary<string, string>(), new Dictionary<string, long>());
            for (var i = 0UL; i < entries; i++)
            {
                var key = ReadKey(reader);
                var type = reader.ReadUInt32();
                // llama-gguf-split writes both as 16 bits without a sign.
                if (key is "split.no" && type is 2) splitNo = reader.ReadUInt16();
                else if (key is "split.count" && type is 2) splitCount = reader.ReadUInt16();
                else ReadValue(reader, type, key ?? "", values, lengths);
            }

            var (parameters, last) = (0L, 0L);
            for (var i = 0UL; i < tensors; i++)
            {
                SkipText(reader);
                var elements = 1L;
                for (var dimensions = Bounded(reader.ReadUInt32(), 8); dimensions > 0; dimensions--)
                    elements = checked(elements * reader.ReadInt64());
                parameters = checked(parameters + elements);
                reader.ReadUInt32(); // type
                last = Math.Max(last, checked((long)reader.ReadUInt64())); // offset
            }

            return new(parameters, splitNo, splitCount)
            {
                Values = values, Lengths = lengths, Tensors = (long)tensors, LeastBytes = checked(reader.BaseStream.Position + last),
            };
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

    static void ReadValue(
        BinaryReader reader, uint type, string key, Dictionary<string, string> values, Dictionary<string, long> lengths)
    {
        switch (type)
        {
            case 8:
                var length = Bounded(reader.ReadUInt64(), LongestText);
                if (length > LongestKept) Skip(reader, length);
                else values[key] = Encoding.UTF8.GetString(reader.ReadBytes((int)length));
                break;
            case 9:
                var element = reader.ReadUInt32();
                if (element == 9) throw new InvalidDataException("an array of arrays");
                var count = Bounded(reader.ReadUInt64(), LongestText);
                lengths[key] = (long)count;
                for (var left = count; left > 0; left--) SkipValue(reader, element);
                break;
            default:
                values[key] = type switch
                {
                    0 => InvariantText.Text(reader.ReadByte()),
                    1 => InvariantText.Text(reader.ReadSByte()),
                    2 => InvariantText.Text(reader.ReadUInt16()),
                    3 => InvariantText.Text(reader.ReadInt16()),
                    4 => InvariantText.Text(reader.ReadUInt32()),
                    5 => InvariantText.Text(reader.ReadInt32()),
                    6 => InvariantText.Text(reader.ReadSingle()),
                    7 => reader.ReadByte() == 0 ? "false" : "true",
                    10 => InvariantText.Text(reader.ReadUInt64()),
                    11 => InvariantText.Text(reader.ReadInt64()),
                    12 => InvariantText.Text(reader.ReadDouble()),
                    _ => throw new InvalidDataException("an unknown type"),
                };
                break;
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

    /// <summary>The key; null when it is longer than any that matters here.</summary>
    static string? ReadKey(BinaryReader reader)
    {
        var length = Bounded(reader.ReadUInt64(), LongestText);
        if (length <= 64) return Encoding.UTF8.GetString(reader.ReadBytes((int)length));
        Skip(reader, length);
        return null;
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
