using RebaseBatch.Platform.Text;

namespace RebaseBatch.Edge.Dashboard;

static class ReportLink
{
    /// <param name="path">Null: there is no report, and nothing is shown.</param>
    /// <param name="what">The subject of the report, for screen readers, which read a link without the text around it.</param>
    public static Html Of(string? path, string what) =>
        // The script finds the focus again by the id.
        path is null ? Html.Empty : Html.Of($"""<a id="{path}" href="{path}" aria-label="Report of {what}">report</a>""");
}
