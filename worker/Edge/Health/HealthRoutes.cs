using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using RebaseBatch.Platform.Http;

namespace RebaseBatch.Edge.Health;

/// <summary>The endpoints that an orchestrator asks whether the process is alive and whether it is ready for work.</summary>
static class HealthRoutes
{
    public const string Live = "/health/live", Ready = "/health/ready";

    public static void Map(IEndpointRouteBuilder routes, HealthCheckService health) =>
        Map(routes, async ct => Of(await health.CheckHealthAsync(ct)));

    /// <summary>The endpoints of a process that waits for its database and has no worker yet.</summary>
    public static void MapStart(IEndpointRouteBuilder routes) =>
        Map(routes, _ => Task.FromResult(HealthAnswer.Of(new HealthAnswerCheck("worker", false, "it waits for its database"))));

    static void Map(IEndpointRouteBuilder routes, Func<CancellationToken, Task<HealthAnswer>> readyAsync)
    {
        routes.MapGet(Live, () => ReplyOf(HealthAnswer.Of()));
        routes.MapGet(Ready, async (CancellationToken ct) => ReplyOf(await readyAsync(ct)));
    }

    static HealthAnswer Of(HealthReport report) => new(
        report.Status switch
        {
            HealthStatus.Healthy => HealthAnswer.Fine,
            HealthStatus.Degraded => HealthAnswer.Degraded,
            _ => HealthAnswer.Unfit,
        },
        [.. report.Entries.Select(check =>
            new HealthAnswerCheck(check.Key, check.Value.Status is HealthStatus.Healthy, check.Value.Description ?? ""))]);

    static IResult ReplyOf(HealthAnswer answer) => Reply.Json(
        answer, HealthJson.Default.HealthAnswer,
        answer.Status == HealthAnswer.Unfit ? StatusCodes.Status503ServiceUnavailable : StatusCodes.Status200OK);
}
