using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using RebaseBatch.Platform.Http;
using RebaseBatch.Platform.Text;

namespace RebaseBatch.Edge.Dashboard;

/// <summary>The page, the part of it that its script asks for, and the same as JSON.</summary>
static class DashboardRoutes
{
    /// <param name="actions">Whether there is a page that changes jobs.</param>
    public static void Map(IEndpointRouteBuilder routes, StatusReader status, bool actions = false)
    {
        routes.MapGet("/", async (CancellationToken ct) => Markup(Page.Of(await status.ReadAsync(ct), actions)));
        routes.MapGet("/fragment", async (CancellationToken ct) => Markup(Page.Fragment(await status.ReadAsync(ct))));
        routes.MapGet("/api/status.json", async (CancellationToken ct) =>
            Reply.Json(await status.ReadAsync(ct), DashboardJson.Default.WorkerStatus));
    }

    static IResult Markup(Html html) => Reply.Page(Encoding.UTF8.GetBytes(html.Markup), PageFiles.ContentSecurityPolicy);
}
