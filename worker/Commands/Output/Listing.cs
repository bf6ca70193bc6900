using System.Text.Json;
using RebaseBatch.Platform.Text;
using Spectre.Console;

namespace RebaseBatch.Commands.Output;

/// <summary>Writes rows to stdout as a table, JSON or CSV.</summary>
static class Listing
{
    static readonly JsonWriterOptions s_indented = new()
    {
        Indented = true,
        Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    /// <summary>Any number of rows; JSON is an array.</summary>
    public static void Write<T>(TextWriter output, OutputFormat format, IReadOnlyList<T> rows, params IReadOnlyList<Column<T>> columns)
    {
        switch (format)
        {
            case OutputFormat.Json:
                WriteJson(output, json =>
                {
                    json.WriteStartArray();
                    foreach (var row in rows) WriteObject(json, row, columns);
                    json.WriteEndArray();
                });
                break;
            case OutputFormat.Csv:
                Csv.Write(output, rows, columns);
                break;
            default:
                if (output is not TerminalWriter { Limit: { } width } terminal) Consoles.ForData(output).Write(Table(rows, columns));
                else if (TerminalTable.Write(rows, columns, width, terminal.WriteLine) is { } remark) terminal.Remark(remark);
                break;
        }
    }

    /// <summary>One object: for people a line for each property, in JSON an object.</summary>
    public static void WriteOne<T>(TextWriter output, OutputFormat format, T thing, params IReadOnlyList<Column<T>> properties)
    {
        switch (format)
        {
            case OutputFormat.Json:
                WriteJson(output, json => WriteObject(json, thing, properties));
                break;
            case OutputFormat.Csv:
                Csv.Write(output, [thing], properties);
                break;
            default:
                var grid = new Grid().AddColumn(new GridColumn().NoWrap()).AddColumn();
                foreach (var property in properties.Where(p => p.Text(thing).Length > 0))
                    grid.AddRow(new Text(property.Heading, new Style(decoration: Decoration.Dim)), new Text(property.Text(thing)));
                Consoles.ForData(output).Write(grid);
                break;
        }
    }

    /// <summary>A table for people in a text for people. What is left out is said below it.</summary>
    public static void WriteTable<T>(IAnsiConsole console, IReadOnlyList<T> rows, IReadOnlyList<Column<T>> columns)
    {
        if (Consoles.LimitOf(console) is not { } width) console.Write(Table(rows, columns));
        else if (TerminalTable.Write(rows, columns, width, console.WriteLine) is { } remark) console.WriteLine(remark);
    }

    /// <summary>A text for people; on a terminal no word is broken at the end of a line.</summary>
    public static void WriteSentence(TextWriter output, string sentence)
    {
        var visible = VisibleText.Lines(sentence);
        if (output is not TerminalWriter { Limit: { } width }) output.WriteLine(visible);
        else foreach (var line in CellText.Wrap(visible, width)) output.WriteLine(line);
    }

    /// <summary>All columns, with numbers aligned to the right.</summary>
    static Table Table<T>(IReadOnlyList<T> rows, IReadOnlyList<Column<T>> columns)
    {
        var table = new Table().Border(TableBorder.Simple);
        foreach (var column in columns)
        {
            var heading = new TableColumn(new Text(column.Heading));
            if (!column.Wraps) heading.NoWrap();
            table.AddColumn(rows.Any(row => InvariantText.IsNumber(column.Value(row))) ? heading.RightAligned() : heading);
        }
        foreach (var row in rows)
            table.AddRow(columns.Select(column => new Text(column.Wraps ? column.Text(row) : CellText.OneLine(column.Text(row)))));
        return table;
    }

    /// <summary>Indented JSON, with text not escaped, and a line end.</summary>
    public static void WriteJson(TextWriter output, Action<Utf8JsonWriter> write)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer, s_indented)) write(json);
        output.WriteLine(System.Text.Encoding.UTF8.GetString(buffer.GetBuffer(), 0, (int)buffer.Length));
    }

    public static void WriteObject<T>(Utf8JsonWriter json, T row, IReadOnlyList<Column<T>> columns)
    {
        json.WriteStartObject();
        WriteProperties(json, row, columns);
        json.WriteEndObject();
    }

    /// <summary>Writes the properties into an object that the caller has opened.</summary>
    public static void WriteProperties<T>(Utf8JsonWriter json, T row, IReadOnlyList<Column<T>> columns)
    {
        foreach (var column in columns)
        {
            json.WritePropertyName(column.Name);
            switch (column.Value(row))
            {
                case null: json.WriteNullValue(); break;
                case bool truth: json.WriteBooleanValue(truth); break;
                case int number: json.WriteNumberValue(number); break;
                case long number: json.WriteNumberValue(number); break;
                case double number: json.WriteNumberValue(number); break;
                case var value: json.WriteStringValue(InvariantText.Text(value)); break;
            }
        }
    }
}
