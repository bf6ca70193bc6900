using RebaseBatch.Core.Tables;
using RebaseBatch.Platform.Text;

namespace RebaseBatch.Commands.Output;

/// <summary>
/// A table for a terminal: it shows what the terminal has room for. Where there is no room for its keys and verdicts, each row is written
/// as lines <c>key: value</c>.
/// </summary>
static class TerminalTable
{
    const int Gap = 2;
    const string Indent = "  ";

    // Narrower terminals are not used; a letter may take two cells.
    const int NarrowestRecord = 20;

    /// <param name="width">Of the terminal, in cells.</param>
    /// <param name="line">Takes each line.</param>
    /// <returns>A sentence about what was left out or shortened; null if everything is shown.</returns>
    public static string? Write<T>(IReadOnlyList<T> rows, IReadOnlyList<Column<T>> columns, int width, Action<string> line)
    {
        if (columns.Count == 0) return null;
        var cells = rows.Select(row => columns.Select(column => column.Text(row)).ToArray()).ToList();
        var needs = columns.Select((column, i) => NeedOf(column, cells.Select(row => row[i]))).ToList();
        if (TableLayout.Of(needs, width, Gap) is not { } shown)
        {
            WriteRecords(cells, columns, width, line);
            return null;
        }

        var numbers = columns.Select(column => rows.Any(row => InvariantText.IsNumber(column.Value(row)))).ToList();
        WriteRow(shown, numbers, i => CellText.Wrap(columns[i].Heading, shown.First(column => column.Index == i).Width), line);
        line(string.Join(new string(' ', Gap), shown.Select(column => new string('─', column.Width))));
        foreach (var row in cells)
            WriteRow(shown, numbers, i => Cell(columns[i], row[i], shown.First(column => column.Index == i).Width), line);
        return Remark(columns, cells, shown);
    }

    /// <summary>Each row as lines <c>key: value</c>, without those that are empty; a blank line between two rows.</summary>
    public static void WriteRecords<T>(IReadOnlyList<string[]> rows, IReadOnlyList<Column<T>> columns, int width, Action<string> line)
    {
        width = Math.Max(width, NarrowestRecord);
        foreach (var (i, row) in rows.Index())
        {
            if (i > 0) line("");
            foreach (var (column, text) in columns.Zip(row))
            {
                if (text.Length == 0) continue;
                var heading = column.Heading.Length > 0 ? $"{column.Heading}: " : "";
                if (!text.Contains('\n', StringComparison.Ordinal) && CellText.Width(heading + text) <= width)
                    line(heading + CellText.OneLine(text));
                else
                {
                    if (heading.Length > 0) line(heading.TrimEnd());
                    foreach (var part in CellText.Wrap(text, width - Indent.Length)) line($"{Indent}{part}".TrimEnd());
                }
            }
        }
    }

    static ColumnNeed NeedOf<T>(Column<T> column, IEnumerable<string> texts)
    {
        var content = texts.Select(text => Lines(column, text).Max(CellText.Width)).DefaultIfEmpty(0).Max();
        var heading = CellText.LongestWord(column.Heading);
        var least = column.Least > 0 && !column.Rank.IsKept ? Math.Min(content, column.Least) : content;
        return new(Math.Max(content, CellText.Width(column.Heading)), Math.Max(least, heading), column.Rank);
    }

    static IEnumerable<string> Lines<T>(Column<T> column, string text) =>
        column.Wraps ? text.ReplaceLineEndings("\n").Split('\n').Select(CellText.OneLine) : [CellText.OneLine(text)];

    static IEnumerable<string> Cell<T>(Column<T> column, string text, int width) =>
        column.Wraps ? CellText.Wrap(text, width) : [CellText.Shorten(CellText.OneLine(text), width)];

    /// <summary>One row, of as many lines as its highest cell.</summary>
    static void WriteRow(IReadOnlyList<ShownColumn> shown, List<bool> numbers, Func<int, IEnumerable<string>> cell,
        Action<string> line)
    {
        var cells = shown.Select(column => cell(column.Index).ToList()).ToList();
        for (var i = 0; i < cells.Max(lines => lines.Count); i++)
        {
            var parts = shown.Select((column, at) =>
            {
                var text = i < cells[at].Count ? cells[at][i] : "";
                return numbers[column.Index] ? CellText.PadLeft(text, column.Width) : CellText.PadRight(text, column.Width);
            });
            line(string.Join(new string(' ', Gap), parts).TrimEnd());
        }
    }

    static string? Remark<T>(IReadOnlyList<Column<T>> columns, IReadOnlyList<string[]> rows, IReadOnlyList<ShownColumn> shown)
    {
        var left = columns.Where((_, i) => shown.All(column => column.Index != i)).Select(column => column.Heading).ToList();
        if (left.Count > 0)
            return $"+{left.Count} {(left.Count == 1 ? "column" : "columns")}: {WideOption.Name} also shows {string.Join(", ", left)}";
        var isShortened = shown.Any(column => !columns[column.Index].Wraps
            && rows.Any(row => CellText.Width(CellText.OneLine(row[column.Index])) > column.Width));
        return isShortened ? $"… marks a shortened text: {WideOption.Name} shows all of it" : null;
    }
}
