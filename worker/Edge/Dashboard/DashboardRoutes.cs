using System.Text;
using RebaseBatch.Platform.Http;

namespace RebaseBatch.Edge.Dashboard;

/// <summary>The page, the part of it that its script asks for, and the same as JSON.</summary>
static class DashboardRoutes
{
    public static IEnumerable<Route> Of(StatusReader status) =>
    [
        new("/", async ct => Markup(Page.Of(await status.ReadAsync(ct)))),
        new("/fragment", async ct => Markup(Page.Fragment(await status.ReadAsync(ct)))),
        new("/api/status.json", async ct => Reply.Json(200, await status.ReadAsync(ct), DashboardJson.Default.WorkerStatus)),
    ];

    static Reply Markup(Html html) => new(200, "text/html; charset=utf-8", Encoding.UTF8.GetBytes(html.Markup), PageFiles.ContentSecurityPolicy);
}
