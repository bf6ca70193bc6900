using RebaseBatch.Platform.Http;

namespace RebaseBatch.Edge.Health;

/// <summary>What an orchestrator asks: is the process alive, and can it get on.</summary>
static class HealthRoutes
{
    public const string Live = "/health/live", Ready = "/health/ready";

    public static IEnumerable<Route> Of(Readiness readiness) => Of(readiness.ReportAsync);

    /// <summary>Of a process whose worker is still to come.</summary>
    public static IEnumerable<Route> OfStart() => Of(_ => Task.FromResult(HealthReport.Of(new HealthCheck("worker", false, "it waits for its database"))));

    static IEnumerable<Route> Of(Func<CancellationToken, Task<HealthReport>> ready) =>
    [
        new(Live, _ => Task.FromResult(Answer(HealthReport.Of()))),
        new(Ready, async ct => Answer(await ready(ct))),
    ];

    static Reply Answer(HealthReport report) => Reply.Json(report.Status == HealthReport.Fine ? 200 : 503, report, HealthJson.Default.HealthReport);
}
