using System.Buffers;
using System.Text.Json;
using System.Text.Unicode;

namespace RebaseBatch.Core.Datasets;

/// <summary>
/// The rows of a CSV or TSV file with a header, each as a JSON object of texts (RFC 4180: a field in quotes may have line ends, and a
/// doubled quote is one). An empty field is left out. Needs the memory of one row.
/// </summary>
/// <param name="separator">Comma, semicolon or tab.</param>
/// <param name="longest">Bytes that a row may have.</param>
sealed class CsvRows(ByteLines lines, byte separator, int longest) : IRecords
{
    readonly List<byte> _row = [];
    List<byte[]>? _header;
    bool _quoted, _isNew, _closed; // in quotes; at a field's first byte; behind a quote that may be the first of two

    public int Number { get; private set; }

    public ReadOnlyMemory<byte> Line { get; private set; }

    public string? Fault { get; private set; }

    public async ValueTask<bool> ReadAsync(CancellationToken ct)
    {
        if (_header is null)
        {
            if (!await ReadRowAsync(ct)) return false;
            _header = Fields([.. _row], separator);
        }
        if (!await ReadRowAsync(ct)) return false;
        byte[] row = [.. _row];
        Line = row;
        // A row that is not UTF-8 goes on as it is: the reader names it.
        if (Fault is not null || row.AsSpan().IndexOfAnyExcept(" \t\r"u8) < 0 || !Utf8.IsValid(row)) return true;
        var fields = Fields(row, separator);
        if (fields.Count == _header.Count) Line = Json(fields);
        else Fault = $"has {fields.Count} fields, and the header has {_header.Count}; put a field with a separator in it into quotes";
        return true;
    }

    /// <returns>The fields of one row, without their quotes.</returns>
    public static List<byte[]> Fields(ReadOnlySpan<byte> row, byte separator)
    {
        var (fields, field, quoted) = (new List<byte[]>(), new List<byte>(), false);
        for (var i = 0; i < row.Length; i++)
        {
            if (quoted && row[i] == '"' && i + 1 < row.Length && row[i + 1] == '"') field.Add(row[i++]);
            else if (row[i] == '"' && (quoted || field.Count == 0)) quoted = !quoted;
            else if (row[i] == separator && !quoted)
            {
                fields.Add([.. field]);
                field.Clear();
            }
            else field.Add(row[i]);
        }
        fields.Add([.. field]);
        return fields;
    }

    async ValueTask<bool> ReadRowAsync(CancellationToken ct)
    {
        _row.Clear();
        (_quoted, _isNew, _closed) = (false, true, false);
        if (!await lines.ReadAsync(ct)) return false;
        (Number, Fault) = (lines.Number, lines.Fault);
        Append(lines.Line.Span);
        while (_quoted)
        {
            if (!await lines.ReadAsync(ct))
            {
                Fault = "a field in quotes has no end";
                return true;
            }
            if (_row.Count + lines.Line.Length > longest || lines.Fault is not null)
            {
                Fault = "the row is longer than 1 MB; a quote may be missing";
                return true;
            }
            Append("\n"u8);
            Append(lines.Line.Span);
        }
        return true;
    }

    void Append(ReadOnlySpan<byte> bytes)
    {
        _row.AddRange(bytes);
        foreach (var letter in bytes)
        {
            var isQuote = letter == '"' && (_quoted || _isNew || _closed);
            _closed = isQuote && _quoted;
            if (isQuote) _quoted = !_quoted;
            _isNew = !_quoted && letter == separator;
        }
    }

    byte[] Json(List<byte[]> fields)
    {
        var bytes = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(bytes))
        {
            json.WriteStartObject();
            for (var i = 0; i < fields.Count; i++)
                if (fields[i].Length > 0) json.WriteString(_header![i].AsSpan().Trim(" \t"u8), fields[i]);
            json.WriteEndObject();
        }
        return bytes.WrittenSpan.ToArray();
    }
}
