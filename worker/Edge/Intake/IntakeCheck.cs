using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace RebaseBatch.Edge.Intake;

/// <summary>
/// Whether messages can be received. A queue that refuses makes the worker unready, because somebody must correct that. One that is away
/// comes back by itself, and meanwhile the worker serves what Postgres holds.
/// </summary>
sealed class IntakeCheck(IntakeWorker intake) : IHealthCheck
{
    public const string Name = "intake";

    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
        Task.FromResult(intake.Trouble switch
        {
            null => HealthCheckResult.Healthy("the queue answers"),
            { IsRefused: true } refused => HealthCheckResult.Unhealthy(refused.Reason),
            var away => HealthCheckResult.Degraded(away.Reason),
        });
}
