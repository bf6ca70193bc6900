using RebaseBatch.Commands.Output;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace RebaseBatch.Commands.Jobs;

/// <summary>
/// The progress of jobs as a table that is no wider than the terminal. A narrow terminal leaves out the steps first, then the tokens, the
/// bar and the names; never a job's number, its problems and its state, which goes on over several lines.
/// </summary>
static class ProgressTable
{
    const int Gap = 2;

    // With less a state is hard to read: then each job has lines of its own.
    const int LeastState = 16;

    // Of a number and a name. Whoever needs all of it asks 'jobs show'.
    const int LongestName = 40;

    // The name, the bar, the tokens and the steps: what comes later is left out earlier.
    const int MostParts = 4;

    /// <param name="width">Of the terminal, in cells; at least 1.</param>
    public static IRenderable Of(IReadOnlyList<ProgressRow> rows, int width)
    {
        if (rows.Count == 0) return new Text("");
        for (var parts = MostParts; parts >= 0; parts--)
        {
            var columns = Columns(rows, parts);
            var left = width - columns.Sum(column => column.Width + Gap);
            if (left >= Math.Min(LeastState, rows.Max(row => CellText.Width(row.State)))) return Table(rows, columns, left);
        }

        return new Rows(rows.Select(row => new Text(
            string.Join('\n', CellText.Wrap($"{row.Job} {row.Problems} {row.State}", Math.Max(1, width))))));
    }

    static List<Shown> Columns(IReadOnlyList<ProgressRow> rows, int parts)
    {
        var columns = new List<Shown>();
        Add("job", row => parts > 0 ? CellText.Shorten(row.Job + row.Name, LongestName) : row.Job);
        if (parts > 1) columns.Add(new("", ProgressBar.Width, row => row.Bar));
        Add("problems", row => row.Problems, isNumber: true);
        if (parts > 3) Add("steps", row => row.Steps, isNumber: true);
        if (parts > 2) Add("tokens", row => row.Tokens, isNumber: true);
        return columns;

        void Add(string heading, Func<ProgressRow, string> text, bool isNumber = false) => columns.Add(new(heading,
            Math.Max(heading.Length, rows.Max(row => CellText.Width(text(row)))), row => new Text(text(row)), isNumber));
    }

    static Table Table(IReadOnlyList<ProgressRow> rows, List<Shown> columns, int left)
    {
        var table = new Table().Border(TableBorder.None);
        foreach (var column in columns)
        {
            var shown = new TableColumn(column.Heading).NoWrap().Width(column.Width).Padding(0, 0, Gap, 0);
            table.AddColumn(column.IsNumber ? shown.RightAligned() : shown);
        }

        table.AddColumn(new TableColumn("").Width(left).Padding(0, 0, 0, 0));
        foreach (var row in rows)
            table.AddRow([.. columns.Select(column => column.Cell(row)),
                new Text(string.Join('\n', CellText.Wrap(row.State, left)))]);
        return table;
    }

    sealed record Shown(string Heading, int Width, Func<ProgressRow, IRenderable> Cell, bool IsNumber = false);
}
