using RebaseBatch.Platform.Text;

namespace RebaseBatch.Edge.Dashboard;

static class SearchesTable
{
    static readonly string[] s_columns =
        ["Problem", "#Job", "#Batch", "Strategy", "#Depth", "#Remaining width", "#Steps", "#Tokens", "#Age"];

    public static Html Of(IReadOnlyList<SearchStatus> searches, int all) => HtmlTable.Of(
        "searches", "Searches in flight on this worker", "No search is under way.", s_columns, [.. searches.Select(Row)],
        all > searches.Count ? Html.Of($"""<p class="quiet">and {HumanText.Of(all - searches.Count)} more</p>""") : Html.Empty);

    static Html Row(SearchStatus search) => Html.Of($"""
        <tr><th scope="row" class="text">{search.CustomId}</th>
        {HtmlTable.Number(InvariantText.Text(search.JobId))}{HtmlTable.Number(InvariantText.Text(search.BatchNo))}
        <td>{InvariantText.Text(search.Strategy)}</td>{HtmlTable.Number(HumanText.Of(search.Depth))}
        {HtmlTable.Number($"{search.RemainingWidth} of {search.Width}")}{HtmlTable.Number(HumanText.Of(search.Steps))}
        {HtmlTable.Number(HumanText.Of(search.SampledTokens))}{HtmlTable.Number(HumanText.Seconds(search.Seconds))}</tr>
        """);
}
