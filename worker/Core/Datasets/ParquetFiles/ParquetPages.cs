using Parquet.Meta;
using Snappier;
using ZstdSharp;

namespace RebaseBatch.Core.Datasets.ParquetFiles;

/// <summary>
/// Walks over the pages of a column of a row group as the library will, before the library does: each must lie in the file, and none may
/// unpack to more than it says. The library gives a page the memory that the packed bytes ask for.
/// </summary>
static class ParquetPages
{
    // A header has some 50 bytes. Some writers put the column's first and last text into it, twice; a row has at most 1 MB.
    const int UsualHeader = 4 * 1024, LongestHeader = 8 * 1024 * 1024;
    const int DataPage = 0, DictionaryPage = 2, DataPageV2 = 3; // parquet.thrift, PageType

    // Of a value: where it is, and its levels.
    const int BytesOfValue = 24;

    /// <returns>Where the pages end, and how many bytes of memory the column takes, before its texts are made.</returns>
    /// <exception cref="InvalidDataException">A page is damaged.</exception>
    /// <exception cref="InvalidLineException">A page has a form that can't be read.</exception>
    public static async Task<(long End, long Memory)> WalkAsync(
        Stream file, ColumnMetaData column, int repetitionLevel, CancellationToken ct)
    {
        // As in the library: its offsets are not reliable in files of all writers.
        var at = new[] { column.DictionaryPageOffset ?? 0, column.DataPageOffset, column.IndexPageOffset ?? 0 }
            .Where(offset => offset != 0).DefaultIfEmpty(-1).Min();
        var (values, memory) = (0L, Math.Max(0, column.NumValues) * BytesOfValue);
        while (values < column.NumValues)
        {
            var (page, length) = await HeaderAsync(file, at, ct);
            at += length;
            if (page.Packed < 0 || page.Packed > file.Length - at
                || page.Unpacked is < 0 or > int.MaxValue || page.Values is < 0 or > int.MaxValue)
                throw new InvalidDataException("a page lies outside the file");
            if (page.Type is not (DataPage or DictionaryPage or DataPageV2))
                throw new InvalidDataException($"a page has the type {page.Type}");
            if (page.Type == DictionaryPage && page.Values > page.Unpacked) throw new InvalidDataException("a dictionary has no end");
            if (page.Type != DictionaryPage) CheckForm(page, repetitionLevel);
            await CheckSizeAsync(file, column.Codec, page, at, ct);
            memory += page.Unpacked;
            at += page.Packed;
            if (page.Type != DictionaryPage) values += page.Values;
        }
        return (at, memory);
    }

    static void CheckForm(Page page, int repetitionLevel)
    {
        // The library has no lists in pages of version 2, takes truth values in RLE for others, and makes texts of prefixes without a
        // limit.
        if (page.Type == DataPageV2 && repetitionLevel > 0)
            throw new InvalidLineException(
                "the Parquet file has lists in pages of version 2, which can't be read; write it with version 1.0");
        if (page.Encoding is not ((int)Encoding.PLAIN or (int)Encoding.PLAIN_DICTIONARY or (int)Encoding.RLE_DICTIONARY
            or (int)Encoding.DELTA_BINARY_PACKED or (int)Encoding.DELTA_LENGTH_BYTE_ARRAY or (int)Encoding.BYTE_STREAM_SPLIT))
            throw new InvalidLineException(
                $"the Parquet file has a column in the encoding {(Encoding)page.Encoding}, which can't be read; write it with version 1.0");
    }

    static async Task<(Page Page, int Length)> HeaderAsync(Stream file, long at, CancellationToken ct)
    {
        if (at < 0 || at >= file.Length) throw new InvalidDataException("a page lies outside the file");
        for (var size = UsualHeader; ; size = LongestHeader)
        {
            var bytes = new byte[Math.Min(size, file.Length - at)];
            file.Seek(at, SeekOrigin.Begin);
            await file.ReadExactlyAsync(bytes, ct);
            try
            {
                var page = new Page();
                return (page, ParquetMetadata.Read(bytes, "Page", page.Take));
            }
            catch (InvalidDataException) when (size < LongestHeader && bytes.Length == size)
            {
                // The header may be longer.
            }
        }
    }

    static async Task CheckSizeAsync(Stream file, CompressionCodec codec, Page page, long at, CancellationToken ct)
    {
        if (codec is not (CompressionCodec.SNAPPY or CompressionCodec.ZSTD) || !page.IsCompressed || page.Packed == 0) return;
        if (page.Levels > page.Packed) throw new InvalidDataException("a page has no end");
        // Snappy has the size in its first bytes. Zstandard has it in the first of each frame, so that all frames are looked at.
        var bytes = new byte[codec is CompressionCodec.SNAPPY ? Math.Min(5, page.Packed - page.Levels) : page.Packed - page.Levels];
        if (bytes.Length == 0) return;
        file.Seek(at + page.Levels, SeekOrigin.Begin);
        await file.ReadExactlyAsync(bytes, ct);
        var size = codec is CompressionCodec.SNAPPY ? (ulong)Snappy.GetUncompressedLength(bytes) : Decompressor.GetDecompressedSize(bytes);
        // Without a size in its frames Zstandard gives the most that their blocks may have, 128 KB for each.
        page.Unpacked = Math.Max(page.Unpacked, checked((long)size));
    }

    /// <summary>What is needed of a page's header.</summary>
    sealed class Page
    {
        public long Type { get; private set; } = -1;

        public long Unpacked { get; set; } = -1;

        public long Packed { get; private set; } = -1;

        public long Values { get; private set; }

        public long Encoding { get; private set; } = -1;

        /// <summary>Bytes of the levels before the values, which pages of version 2 don't compress.</summary>
        public long Levels { get; private set; }

        public bool IsCompressed { get; private set; } = true;

        public void Take(string name, int id, long value)
        {
            switch (name, id)
            {
                case ("Page", 1): Type = value; break;
                case ("Page", 2): Unpacked = value; break;
                case ("Page", 3): Packed = value; break;
                case ("Data" or "Dictionary" or "Data2", 1): Values = value; break;
                case ("Data", 2) or ("Data2", 4): Encoding = value; break;
                case ("Data2", 5 or 6): Levels += Math.Clamp(value, 0, int.MaxValue); break;
                case ("Data2", 7): IsCompressed = value != 0; break;
            }
        }
    }
}
