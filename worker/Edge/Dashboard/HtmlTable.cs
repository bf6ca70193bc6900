using RebaseBatch.Platform.Text;

namespace RebaseBatch.Edge.Dashboard;

/// <summary>A section of the page: a heading and a table, or a sentence if there is nothing to list.</summary>
static class HtmlTable
{
    /// <param name="id">The heading's id; the script finds the table's scroll position by it.</param>
    /// <param name="columns">Headings; one that begins with a # is the heading of a column of numbers.</param>
    /// <param name="rows">The cells of each row; the first cell is the row's heading.</param>
    public static Html Of(string id, string title, string nothing, IReadOnlyList<string> columns, IReadOnlyList<Html> rows,
        Html after = default)
    {
        if (rows.Count == 0) return Html.Of($"""<section><h2 id="{id}">{title}</h2><p class="quiet">{nothing}</p></section>""");
        return Html.Of($"""
            <section><h2 id="{id}">{title}</h2>
            <div class="scroll" id="{id}-table" role="region" aria-labelledby="{id}" tabindex="0"><table>
            <thead><tr>{columns.Select(Head)}</tr></thead>
            <tbody>{rows}</tbody>
            </table></div>{after}</section>
            """);
    }

    public static Html Number(string text) => Html.Of($"""<td class="number">{text}</td>""");

    static Html Head(string column) => column is ['#', .. var name]
        ? Html.Of($"""<th scope="col" class="number">{name}</th>""") : Html.Of($"""<th scope="col">{column}</th>""");
}
