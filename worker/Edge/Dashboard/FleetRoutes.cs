using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using RebaseBatch.Platform.Http;
using RebaseBatch.Platform.Text;

namespace RebaseBatch.Edge.Dashboard;

/// <summary>The page of all workers, the part of it that its script asks for, and the same as JSON.</summary>
static class FleetRoutes
{
    public static void Map(IEndpointRouteBuilder routes, FleetReader fleet)
    {
        // Below fleet/ the page's relative links would lead nowhere.
        routes.MapGet("/fleet", async (HttpRequest request, CancellationToken ct) => request.Path.Value?.EndsWith('/') is true
            ? Results.Redirect("../fleet") : Markup(FleetPage.Of(await fleet.ReadAsync(ct))));
        routes.MapGet("/fleet/fragment", async (CancellationToken ct) => Markup(FleetPage.Fragment(await fleet.ReadAsync(ct))));
        routes.MapGet("/api/fleet.json", async (CancellationToken ct) =>
            Reply.Json(await fleet.ReadAsync(ct), DashboardJson.Default.FleetStatus));
    }

    static IResult Markup(Html html) => Reply.Page(Encoding.UTF8.GetBytes(html.Markup), PageFiles.ContentSecurityPolicy);
}
