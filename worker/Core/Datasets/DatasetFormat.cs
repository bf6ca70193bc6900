using System.Buffers;
using System.IO.Compression;
using System.IO.Pipelines;
using System.Text;
using System.Text.Unicode;
using RebaseBatch.Contracts;
using RebaseBatch.Core.Datasets.ParquetFiles;

namespace RebaseBatch.Core.Datasets;

/// <summary>
/// Recognises a dataset's format by its first bytes: Parquet, gzip, UTF-16 by its mark, a JSON array, CSV, TSV, else JSON Lines.
/// </summary>
static class DatasetFormat
{
    // A header of GPQA's width has 3 KB.
    const int Looked = 64 * 1024;

    static readonly byte[] s_gzip = [0x1F, 0x8B], s_utf8 = [0xEF, 0xBB, 0xBF], s_utf16 = [0xFF, 0xFE], s_utf16Big = [0xFE, 0xFF];

    /// <param name="longest">Bytes that a record may have.</param>
    /// <param name="named">The fields that the user names.</param>
    /// <returns>The records, whether they come out of a packed file, and the names of its columns where the file says them all.</returns>
    /// <exception cref="InvalidDataException">A packed file is damaged; reading the records may throw it too.</exception>
    /// <exception cref="DecoderFallbackException">Bytes are not UTF-16; reading the records may throw it too.</exception>
    /// <exception cref="InvalidLineException">The file can't be read at all; reading the records of a Parquet file may throw it too.
    /// </exception>
    public static async Task<(IRecords Records, bool IsPacked, IReadOnlyList<string> Columns)> OpenAsync(
        Stream stream, int longest, DatasetFields named, CancellationToken ct)
    {
        var begin = stream.CanSeek ? stream.Position : 0;
        var (bytes, start) = await LookAsync(stream, ct);
        if (ParquetFooter.IsStart(start) && stream.CanSeek && begin == 0)
        {
            var rows = await ParquetRows.OpenAsync(stream, longest, name => KnownFields.Has(name, named), ct);
            return (rows, true, rows.Columns);
        }
        var isPacked = start.AsSpan().StartsWith(s_gzip);
        if (isPacked) (bytes, start) = await LookAsync(new GZipStream(bytes, CompressionMode.Decompress), ct);
        var isBig = start.AsSpan().StartsWith(s_utf16Big);
        if (isBig || start.AsSpan().StartsWith(s_utf16))
        {
            var encoding = new UnicodeEncoding(isBig, byteOrderMark: true, throwOnInvalidBytes: true);
            (bytes, start) = await LookAsync(Encoding.CreateTranscodingStream(bytes, encoding, Encoding.UTF8), ct);
        }
        var text = start.AsSpan();
        if (ParquetFooter.IsStart(text))
            throw new InvalidLineException("a Parquet file in another file can't be read; unpack it, because it is packed in itself");
        if (text.StartsWith(s_utf8)) text = text[s_utf8.Length..];
        if (text.StartsWith("version https://git-lfs.github.com/spec/"u8))
            throw new InvalidLineException("the file is a pointer of Git LFS, not the dataset; fetch the file itself with 'git lfs pull'");
        if (text.TrimStart(" \t\r\n"u8).StartsWith("<"u8))
            throw new InvalidLineException("the file is a page in HTML or XML, not a dataset; give the address of the file itself");
        IRecords records = text.TrimStart(" \t\r\n"u8) is [(byte)'[', ..] ? new JsonArrayItems(bytes, longest)
            : Separator(text, named) is { } separator ? new CsvRows(new(bytes, longest), separator, longest)
            : new ByteLines(bytes, longest);
        return (records, isPacked, []);
    }

    /// <returns>The first bytes, and a stream that still has them.</returns>
    static async Task<(Stream Whole, byte[] Start)> LookAsync(Stream stream, CancellationToken ct)
    {
        var pipe = PipeReader.Create(stream, new(bufferSize: Looked, leaveOpen: true));
        var read = await pipe.ReadAtLeastAsync(Looked, ct);
        var start = read.Buffer.Slice(0, Math.Min(read.Buffer.Length, Looked)).ToArray();
        pipe.AdvanceTo(read.Buffer.Start);
        return (pipe.AsStream(leaveOpen: true), start);
    }

    /// <returns>What separates the fields of the header; null when the first line is no header with a question among its names.</returns>
    static byte? Separator(ReadOnlySpan<byte> text, DatasetFields named)
    {
        var end = text.IndexOf((byte)'\n');
        var header = (end < 0 ? text : text[..end]).TrimEnd((byte)'\r');
        if (header.IsEmpty || header[0] == '{' || !Utf8.IsValid(header)) return null;
        foreach (var separator in "\t,;"u8)
        {
            var names = CsvRows.Fields(header, separator);
            if (names.Count > 1 && names.Exists(IsQuestion)) return separator;
        }
        return null;

        bool IsQuestion(byte[] bytes) => Encoding.UTF8.GetString(bytes).Trim() is var name
            && (Questions.IsName(name) || name.Equals(named.Question, StringComparison.OrdinalIgnoreCase));
    }
}
