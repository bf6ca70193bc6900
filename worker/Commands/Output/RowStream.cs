using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Npgsql;

namespace RebaseBatch.Commands.Output;

/// <summary>
/// Writes each row of a query as a line when it arrives, so memory does not grow with the number of rows. The reader's values are texts as
/// PostgreSQL writes them. In JSON, numbers, booleans and JSON documents keep their type; everything else is a string.
/// </summary>
sealed class RowStream
{
    /// <summary>Times are written as in the rest of this program: 2026-02-01T03:04:05.678Z.</summary>
    enum Kind { Text, Number, Truth, Json, Time }

    static readonly JsonWriterOptions s_compact = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    readonly NpgsqlDataReader _reader;
    readonly string[] _names;
    readonly Kind[] _kinds;

    public RowStream(NpgsqlDataReader reader)
    {
        _reader = reader;
        _names = [.. Enumerable.Range(0, reader.FieldCount).Select(reader.GetName)];
        _kinds = [.. Enumerable.Range(0, reader.FieldCount).Select(i => KindOf(reader.GetPostgresType(i).InternalName))];
    }

    /// <summary>RFC 4180 with a header line; null is empty.</summary>
    public async Task WriteCsvAsync(TextWriter output, CancellationToken ct)
    {
        await output.WriteLineAsync(Csv.Line(_names));
        while (await _reader.ReadAsync(ct)) await output.WriteLineAsync(Csv.Line(_names.Select((_, i) => Value(i) ?? "")));
    }

    /// <summary>JSON Lines: one object per line.</summary>
    public async Task WriteJsonLinesAsync(TextWriter output, CancellationToken ct)
    {
        using var row = new JsonRow();
        while (await _reader.ReadAsync(ct)) await output.WriteLineAsync(row.Write(WriteProperties));
    }

    /// <summary>A JSON array with one object per line.</summary>
    public async Task WriteJsonAsync(TextWriter output, CancellationToken ct)
    {
        using var row = new JsonRow();
        for (var separator = "["; ; separator = ",")
        {
            if (!await _reader.ReadAsync(ct))
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
        while (!more && await _reader.ReadAsync(ct))
        {
            if (rows.Count < limit) rows.Add([.. _names.Select((_, i) => Value(i))]);
            else more = true;
        }
        Listing.Write(output, OutputFormat.Table, rows, [.. _names.Select((name, i) => new Column<string?[]>(
            name, row => Typed(row[i], _kinds[i]), row => row[i] ?? "", name))]);
        return !more;
    }

    static Kind KindOf(string type) => type switch
    {
        "int2" or "int4" or "int8" or "float4" or "float8" or "numeric" or "oid" => Kind.Number,
        "bool" => Kind.Truth,
        "json" or "jsonb" => Kind.Json,
        "timestamptz" => Kind.Time,
        _ => Kind.Text,
    };

    static object? Typed(string? text, Kind kind) =>
        kind is Kind.Number && text is not null ? double.Parse(text, CultureInfo.InvariantCulture) : text;

    string? Value(int column)
    {
        if (_reader.IsDBNull(column)) return null;
        var text = _reader.GetString(column);
        return _kinds[column] switch
        {
            Kind.Truth => text == "t" ? "true" : "false",
            Kind.Time when text.EndsWith("+00", StringComparison.Ordinal) => $"{text[..^3].Replace(' ', 'T')}Z",
            _ => text,
        };
    }

    void WriteProperties(Utf8JsonWriter json)
    {
        for (var i = 0; i < _names.Length; i++)
        {
            json.WritePropertyName(_names[i]);
            switch (Value(i), _kinds[i])
            {
                case (null, _): json.WriteNullValue(); break;
                case (var truth, Kind.Truth): json.WriteBooleanValue(truth == "true"); break;
                // JSON has no NaN and no infinities.
                case (var number, Kind.Number) when char.IsAsciiDigit(number[^1]): json.WriteRawValue(number); break;
                case (var document, Kind.Json): json.WriteRawValue(document); break;
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
