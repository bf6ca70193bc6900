using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Npgsql;
using RebaseBatch.Core.Tables;
using RebaseBatch.Durable.Results;

namespace RebaseBatch.Commands.Output;

/// <summary>
/// Writes each row of a query as a line when it arrives, so memory does not grow with the number of rows. The reader's values are texts as
/// PostgreSQL writes them. In JSON, numbers, booleans and JSON documents keep their type; everything else is a string.
/// </summary>
sealed class RowStream(NpgsqlDataReader reader, IReadOnlyList<AddedColumn> added)
{
    static readonly JsonWriterOptions s_compact = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    // In cells: the beginning of a text of which less says nothing.
    const int LeastText = 16;

    readonly RowColumns _columns = new(reader, added);

    public RowStream(NpgsqlDataReader reader) : this(reader, [])
    {
    }

    /// <summary>RFC 4180 with a header line; null is empty.</summary>
    public async Task WriteCsvAsync(TextWriter output, CancellationToken ct)
    {
        await output.WriteLineAsync(Csv.Line(output, _columns.Names));
        while (await reader.ReadAsync(ct))
            await output.WriteLineAsync(Csv.Line(output, _columns.Names.Select((_, i) => _columns.Text(i) ?? "")));
    }

    /// <summary>JSON Lines: one object per line.</summary>
    public async Task WriteJsonLinesAsync(TextWriter output, CancellationToken ct)
    {
        using var row = new JsonRow();
        while (await reader.ReadAsync(ct)) await output.WriteLineAsync(row.Write(WriteProperties));
    }

    /// <summary>A JSON array with one object per line.</summary>
    public async Task WriteJsonAsync(TextWriter output, CancellationToken ct)
    {
        using var row = new JsonRow();
        for (var separator = "["; ; separator = ",")
        {
            if (!await reader.ReadAsync(ct))
            {
                await output.WriteLineAsync(separator == "[" ? "[]" : "\n]");
                return;
            }
            await output.WriteAsync($"{separator}\n  {row.Write(WriteProperties)}");
        }
    }

    /// <summary>A table for people, with only the first <paramref name="limit"/> rows: column widths need all rows in memory.</summary>
    /// <returns>False if there are more rows.</returns>
    public async Task<bool> WriteTableAsync(TextWriter output, int limit, CancellationToken ct)
    {
        var rows = new List<string?[]>();
        var more = false;
        while (!more && await reader.ReadAsync(ct))
        {
            if (rows.Count < limit) rows.Add([.. _columns.Names.Select((_, i) => _columns.Text(i))]);
            else more = true;
        }
        Column<string?[]>[] columns = [.. _columns.Names.Select((name, i) => new Column<string?[]>(
            name, row => Typed(row[i], _columns.Kinds[i]), row => row[i] ?? "", name,
            // The order of the query says what is important.
            i == 0 ? Rank.Key : default, _columns.Kinds[i] is RowKind.Text or RowKind.Json ? LeastText : 0))];
        if (output is TerminalWriter { Limit: { } width } && rows.Exists(row => row.Any(cell => IsLonger(cell, width))))
            TerminalTable.WriteRecords(rows.ConvertAll(row => Array.ConvertAll(row, cell => cell ?? "")), columns, width, output.WriteLine);
        else Listing.Write(output, OutputFormat.Table, rows, columns);
        return !more;
    }

    /// <summary>A text that no table of this width shows whole, such as a solution: it was asked for, so it is not cut.</summary>
    static bool IsLonger(string? cell, int width) => cell is not null && CellText.Width(CellText.OneLine(cell)) > width;

    static object? Typed(string? text, RowKind kind) =>
        kind is RowKind.Integer or RowKind.Number && text is not null ? double.Parse(text, CultureInfo.InvariantCulture) : text;

    void WriteProperties(Utf8JsonWriter json)
    {
        for (var i = 0; i < _columns.Count; i++)
        {
            json.WritePropertyName(_columns.Names[i]);
            switch (_columns.Text(i), _columns.Kinds[i])
            {
                case (null, _): json.WriteNullValue(); break;
                case (var truth, RowKind.Truth): json.WriteBooleanValue(truth == "true"); break;
                // JSON has no NaN and no infinities.
                case (var number, RowKind.Integer or RowKind.Number) when char.IsAsciiDigit(number[^1]): json.WriteRawValue(number); break;
                case (var document, RowKind.Json): json.WriteRawValue(document); break;
                case (var text, _): json.WriteStringValue(text); break;
            }
        }
    }

    /// <summary>One buffer and writer, used for all rows.</summary>
    sealed class JsonRow : IDisposable
    {
        readonly ArrayBufferWriter<byte> _buffer = new();
        readonly Utf8JsonWriter _json;

        public JsonRow() => _json = new(_buffer, s_compact);

        public string Write(Action<Utf8JsonWriter> properties)
        {
            _buffer.ResetWrittenCount();
            _json.Reset();
            _json.WriteStartObject();
            properties(_json);
            _json.WriteEndObject();
            _json.Flush();
            return Encoding.UTF8.GetString(_buffer.WrittenSpan);
        }

        public void Dispose() => _json.Dispose();
    }
}
