using RebaseBatch.Http;

namespace RebaseBatch.Health;

/// <summary>What an orchestrator asks: is the process alive, and can it get on.</summary>
static class HealthRoutes
{
    public static IEnumerable<Route> Of(Readiness readiness) =>
    [
        new("/health/live", _ => Task.FromResult(Answer(HealthReport.Of()))),
        new("/health/ready", async ct => Answer(await readiness.ReportAsync(ct))),
    ];

    static Reply Answer(HealthReport report) => Reply.Json(report.Status == HealthReport.Fine ? 200 : 503, report, HealthJson.Default.HealthReport);
}
