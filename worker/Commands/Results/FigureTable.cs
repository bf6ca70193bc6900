using RebaseBatch.Commands.Output;
using RebaseBatch.Core.Tables;
using Spectre.Console;

namespace RebaseBatch.Commands.Results;

/// <summary>
/// Figures of jobs side by side: a line for each figure, a column for each job. A terminal gets as many jobs side by side as it has room
/// for, and the others below.
/// </summary>
/// <param name="titles">A heading for each job.</param>
sealed class FigureTable(IReadOnlyList<string> titles)
{
    const int Gap = 2;

    // A narrower column of values is hard to read: then the figures are written as records.
    const int LeastValue = 20;

    readonly List<Figure> _figures = [];

    /// <param name="cells">The figure of each job.</param>
    public void Add(string label, IEnumerable<string> cells) => _figures.Add(new(label, [.. cells]));

    public void AddEmpty() => Add("", titles.Select(_ => ""));

    public void WriteTo(IAnsiConsole console)
    {
        if (Consoles.LimitOf(console) is not { } width) console.Write(Whole());
        else
            foreach (var (i, jobs) in SideBySide(width).Index())
            {
                if (i > 0) console.WriteLine();
                TerminalTable.Write(_figures, [new("figure", row => row.Label, Title: "", Rank: Rank.Key), .. jobs.Select(job =>
                    // A number is aligned to the right.
                    new Column<Figure>(titles[job], _ => jobs.Count > 1 ? 0 : null, row => row.Cells[job],
                        Rank: 1, Least: jobs.Count > 1 ? 0 : LeastValue, Wraps: jobs.Count == 1))], width, console.WriteLine);
            }
    }

    /// <summary>The jobs in groups that fit side by side.</summary>
    List<List<int>> SideBySide(int width)
    {
        var labels = _figures.Max(figure => CellText.Width(figure.Label));
        var groups = new List<List<int>>();
        var room = 0;
        for (var job = 0; job < titles.Count; job++)
        {
            var taken = Gap + _figures.Select(figure => figure.Cells[job]).Append(titles[job]).Max(CellText.Width);
            if (groups.Count == 0 || taken > room)
            {
                groups.Add([]);
                room = width - labels;
            }

            groups[^1].Add(job);
            room -= taken;
        }

        return groups;
    }

    Table Whole()
    {
        var table = new Table().Border(TableBorder.Simple).AddColumn(new TableColumn("").NoWrap());
        foreach (var title in titles) table.AddColumn(new TableColumn(new Text(title)).RightAligned().NoWrap());
        foreach (var figure in _figures) table.AddRow([new Text(figure.Label), .. figure.Cells.Select(cell => new Text(cell))]);
        return table;
    }

    sealed record Figure(string Label, IReadOnlyList<string> Cells);
}
