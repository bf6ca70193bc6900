using RebaseBatch.Platform.Text;

namespace RebaseBatch.Commands.Output;

/// <summary>RFC 4180, with a header line.</summary>
static class Csv
{
    public static void Write<T>(TextWriter output, IEnumerable<T> rows, IReadOnlyList<Column<T>> columns)
    {
        output.WriteLine(string.Join(',', columns.Select(column => column.Name)));
        foreach (var row in rows) output.WriteLine(Line(output, columns.Select(column => InvariantText.Text(column.Value(row)))));
    }

    /// <summary>A line for <paramref name="output"/>, with formulas marked when it is a <see cref="FormulaGuard"/>.</summary>
    public static string Line(TextWriter output, IEnumerable<string> values) =>
        string.Join(',', values.Select(value => Field(output is FormulaGuard ? FormulaGuard.Cell(value) : value)));

    static string Field(string text) =>
        text.AsSpan().ContainsAny(",\"\r\n") ? $"\"{text.Replace("\"", "\"\"", StringComparison.Ordinal)}\"" : text;
}
