using Parquet;
using Parquet.Schema;
using RebaseBatch.Durable.Results;

namespace RebaseBatch.Commands.Output.ParquetFiles;

/// <summary>
/// Writes the rows of a view as a Parquet file, one row group after the other, so memory does not grow with the number of rows. Columns are
/// int64, double, boolean, timestamp (UTC, microseconds) or UTF-8; JSON documents are texts. All may be null. Pages are packed with zstd.
/// </summary>
static class ParquetStream
{
    /// <summary>Rows of a row group: DuckDB's own number, so that one thread of a reader has one group.</summary>
    public const int GroupRows = 122_880;

    /// <summary>Characters of texts from which on a row group ends: 16 MiB in memory, before they are packed.</summary>
    public const int GroupCharacters = 8 << 20;

    /// <summary>The key, in the file's metadata, of a column's comment is this and the column's name.</summary>
    public const string ColumnKey = "rebase.column.";

    /// <summary>The key, in the file's metadata, of the view's comment.</summary>
    public const string ViewKey = "rebase.view";

    static readonly ParquetOptions s_options = new()
    {
        CompressionMethod = CompressionMethod.Zstd, CompressionLevel = System.IO.Compression.CompressionLevel.Fastest,
        // Without a sample, every text of a column that is never the same twice would go into a dictionary first.
        DictionaryEncodingSampleSize = 1024,
    };

    /// <param name="output">Need not be able to seek.</param>
    /// <param name="groupRows">See <see cref="GroupRows"/>.</param>
    public static async Task WriteAsync(ExportedView view, Stream output, CancellationToken ct, int groupRows = GroupRows)
    {
        var rows = new RowColumns(view.Reader, view.Added);
        ParquetBuffer[] columns = [.. rows.Names.Zip(rows.Kinds, ParquetBuffer.Of)];
        await using var counted = new CountedStream(output);
        await using (var writer = await ParquetWriter.CreateAsync(
            new ParquetSchema(columns.Select(Field (column) => column.Field)), counted, s_options, cancellationToken: ct))
        {
            writer.CustomMetadata = Metadata(view, rows.Names);
            var (count, characters) = (0, 0L);
            while (await view.Reader.ReadAsync(ct))
            {
                for (var i = 0; i < columns.Length; i++)
                {
                    var text = rows.Text(i);
                    columns[i].Add(text);
                    characters += text?.Length ?? 0;
                }
                if (++count < groupRows && characters < GroupCharacters) continue;
                await FlushAsync(writer, columns, ct);
                (count, characters) = (0, 0);
            }
            if (count > 0) await FlushAsync(writer, columns, ct);
        }
        await counted.FlushAsync(ct);
    }

    static async Task FlushAsync(ParquetWriter writer, ParquetBuffer[] columns, CancellationToken ct)
    {
        using var group = writer.CreateRowGroup();
        foreach (var column in columns) await column.FlushAsync(group, ct);
    }

    static Dictionary<string, string> Metadata(ExportedView view, IEnumerable<string> columns) => new(
        columns.Where(view.ColumnComments.ContainsKey)
            .Select(name => KeyValuePair.Create($"{ColumnKey}{name}", view.ColumnComments[name])).Append(new(ViewKey, view.Comment)));
}
