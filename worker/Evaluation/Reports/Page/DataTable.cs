using System.Globalization;
using System.Text;
using System.Xml.Linq;

namespace RebaseBatch.Evaluation.Reports.Page;

/// <summary>The numbers of a chart, on the page and as a file.</summary>
/// <param name="File">Name of the CSV, without its ending.</param>
/// <param name="Caption">What the rows are.</param>
sealed record DataTable(string File, string Caption, XElement Table, string Csv)
{
    public static DataTable Of<T>(string file, string caption, IReadOnlyList<T> rows, params IReadOnlyList<DataColumn<T>> columns)
    {
        var onPage = columns.Where(column => column.OnPage).ToList();
        var numeric = onPage.ConvertAll(column => rows.Any(row => IsNumber(column.Value(row))));
        var table = Xhtml.Of("table", null,
            Xhtml.Of("caption", null, caption),
            Xhtml.Of("thead", null, Xhtml.Of("tr", null, onPage.Select((column, i) =>
                Xhtml.Of("th", numeric[i] ? "number" : null, new XAttribute("scope", "col"), column.Name.Replace('_', ' '))))),
            Xhtml.Of("tbody", null, rows.Select(row => Xhtml.Of("tr", null, onPage.Select((column, i) =>
                Cell(column.Shown?.Invoke(row) ?? Text(column.Value(row)), numeric[i]))))));
        var inCsv = columns.Where(column => column.InCsv).ToList();
        var csv = new StringBuilder(string.Join(',', inCsv.Select(column => column.Name))).Append("\r\n");
        foreach (var row in rows) csv.AppendJoin(',', inCsv.Select(column => Field(Text(column.Value(row))))).Append("\r\n");
        return new(file, caption, table, csv.ToString());
    }

    // A text with blanks that don't break says itself where it may break.
    static XElement Cell(string text, bool numeric) => Xhtml.Of("td",
        !numeric ? null : text.Contains('\u00a0', StringComparison.Ordinal) ? "number joined" : "number", text);

    /// <summary>The table, folded until the reader opens it, and its download.</summary>
    public XElement Folded(string title = "Numbers") =>
        Xhtml.Of("details", "data", Xhtml.Of("summary", null, title), Scrolled(), Download());

    /// <summary>The open table and its download.</summary>
    public IEnumerable<XElement> Open() => [Scrolled(), Download()];

    // A reader who uses the keyboard must be able to scroll it.
    public XElement Scrolled() =>
        Xhtml.Of("div", "scrolled", new XAttribute("tabindex", 0), new XAttribute("role", "region"),
            new XAttribute("aria-label", Caption), Table);

    XElement Download() => Xhtml.Of("a", "download", new XAttribute("download", $"{File}.csv"),
        new XAttribute("href", $"data:text/csv;charset=utf-8,{Uri.EscapeDataString(Csv)}"), $"{File}.csv");

    static bool IsNumber(object? value) => value is int or long or double;

    static string Text(object? value) => Convert.ToString(value, CultureInfo.InvariantCulture) ?? "";

    static string Field(string text) => text.AsSpan().ContainsAny(",\"\r\n")
        ? $"\"{text.Replace("\"", "\"\"", StringComparison.Ordinal)}\"" : text;
}
