using System.Buffers.Binary;

namespace RebaseBatch.Core.Datasets.ParquetFiles;

/// <summary>Checks the end of a Parquet file before the library reads it: marks, footer, encryption, and how deep the columns are nested.
/// </summary>
static class ParquetFooter
{
    /// <summary>10,000 columns in 100 row groups have 60 MB.</summary>
    public const int Longest = 64 * 1024 * 1024;

    // As deep as JSON is read.
    const int Deepest = 64;

    const int ListType = 3; // parquet.thrift, ConvertedType
    const int TailLength = 8; // the footer's length and the mark

    static readonly byte[] s_encrypted = "PARE"u8.ToArray();

    /// <summary>What a Parquet file begins and ends with.</summary>
    public static ReadOnlySpan<byte> Mark => "PAR1"u8;

    /// <summary>Whether these first bytes of a file are Parquet's, encrypted or not.</summary>
    public static bool IsStart(ReadOnlySpan<byte> bytes) => bytes.StartsWith(Mark) || bytes.StartsWith(s_encrypted);

    /// <exception cref="InvalidLineException">The file can't be read; the reason says why.</exception>
    public static async Task CheckAsync(Stream file, CancellationToken ct)
    {
        if (file.Length < Mark.Length + TailLength) throw new InvalidLineException("the Parquet file is cut off: it has no footer");
        var tail = new byte[TailLength];
        file.Seek(-TailLength, SeekOrigin.End);
        await file.ReadExactlyAsync(tail, ct);
        if (tail.AsSpan(4).SequenceEqual(s_encrypted)) throw Encrypted();
        if (!tail.AsSpan(4).SequenceEqual(Mark))
            throw new InvalidLineException("the Parquet file is cut off: its end is not the end of a footer; fetch it again");
        var length = BinaryPrimitives.ReadUInt32LittleEndian(tail);
        if (length > file.Length - Mark.Length - TailLength)
            throw new InvalidLineException("the Parquet file is damaged: its footer is longer than the file; fetch it again");
        if (length > Longest)
            throw new InvalidLineException(
                $"the Parquet file has a footer of more than {Longest >> 20} MB; write it with fewer row groups");
        var footer = new byte[length];
        file.Seek(-TailLength - length, SeekOrigin.End);
        await file.ReadExactlyAsync(footer, ct);
        Check(footer);
    }

    static void Check(byte[] footer)
    {
        var (children, lists, columns) = (new List<long>(), new HashSet<int>(), 0);
        ParquetMetadata.Read(footer, "File", (name, id, value) =>
        {
            if (name == "File" && id == 8) throw Encrypted();
            if (name == "Chunk" && id == 8) throw Encrypted();
            if (name == "Column" && id == 0) columns++;
            if (name != "Element") return;
            if (id == 0) children.Add(0);
            if (id == 5) children[^1] = value;
            if (id == 6 && value == ListType) lists.Add(children.Count - 1);
        });
        if (children.Count == 0) throw new InvalidDataException("it has no columns");
        var open = new Stack<long>();
        for (var i = 0; i < children.Count; i++)
        {
            // Avro wrote the items of a list without a group around each. The library would take their first column alone.
            if (lists.Contains(i) && i + 1 < children.Count && children[i + 1] > 1)
                throw new InvalidLineException(
                    "the Parquet file has lists in an old form, which can't be read; write it again with a newer program");
            while (open.Count > 0 && open.Peek() == 0) open.Pop();
            if (i > 0)
            {
                if (open.Count == 0) throw new InvalidDataException("it has more columns than it says");
                open.Push(open.Pop() - 1);
            }
            if (children[i] > 0) open.Push(children[i]);
            if (open.Count > Deepest)
                throw new InvalidLineException($"the Parquet file has columns that are nested more than {Deepest} deep");
        }
        if (open.Any(left => left != 0)) throw new InvalidDataException("it has fewer columns than it says");
    }

    static InvalidLineException Encrypted() => new("the Parquet file is encrypted; write it without encryption");
}
