using RebaseBatch.Platform.Text;

namespace RebaseBatch.Edge.Dashboard;

static class ReportLink
{
    /// <param name="path">Null: there is none, and nothing is shown.</param>
    /// <param name="what">Whose report it is, for who hears links without what stands around them.</param>
    public static Html Of(string? path, string what) =>
        // By its id the script finds the focus again.
        path is null ? Html.Empty : Html.Of($"""<a id="{path}" href="{path}" aria-label="Report of {what}">report</a>""");
}
