using RebaseBatch.Platform.Text;

namespace RebaseBatch.Edge.Dashboard;

static class SearchesTable
{
    static readonly string[] s_columns = ["Problem", "#Job", "#Batch", "Strategy", "#Depth", "#Remaining width", "#Steps", "#Tokens", "#Age"];

    public static Html Of(IReadOnlyList<SearchStatus> searches, int all) => HtmlTable.Of(
        "searches", "Searches in flight on this worker", "No search is under way.", s_columns, [.. searches.Select(Row)],
        all > searches.Count ? Html.Of($"""<p class="quiet">and {Amount.Of(all - searches.Count)} more</p>""") : Html.Empty);

    static Html Row(SearchStatus search) => Html.Of($"""
        <tr><th scope="row" class="text">{search.CustomId}</th>{HtmlTable.Number(Plain.Text(search.JobId))}{HtmlTable.Number(Plain.Text(search.BatchNo))}
        <td>{Plain.Text(search.Strategy)}</td>{HtmlTable.Number(Amount.Of(search.Depth))}
        {HtmlTable.Number($"{search.RemainingWidth} of {search.Width}")}{HtmlTable.Number(Amount.Of(search.Steps))}
        {HtmlTable.Number(Amount.Of(search.SampledTokens))}{HtmlTable.Number(Amount.Seconds(search.Seconds))}</tr>
        """);
}
