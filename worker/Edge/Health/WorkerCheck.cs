using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;

namespace RebaseBatch.Edge.Health;

/// <summary>Whether the worker takes batches, or drains.</summary>
sealed class WorkerCheck(IHostApplicationLifetime lifetime) : IHealthCheck
{
    public const string Name = "worker";

    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
        Task.FromResult(lifetime.ApplicationStopping.IsCancellationRequested
            ? HealthCheckResult.Unhealthy("it drains")
            : HealthCheckResult.Healthy("it takes batches"));
}
