using Microsoft.Extensions.Diagnostics.HealthChecks;
using RebaseBatch.Inference.Loading;

namespace RebaseBatch.Edge.Health;

/// <summary>Whether the models that were last asked for could be loaded.</summary>
sealed class ModelsCheck(ModelPool models) : IHealthCheck
{
    public const string Name = "models";

    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
        Task.FromResult(models.Fault is { } fault
            ? HealthCheckResult.Unhealthy(fault)
            : HealthCheckResult.Healthy($"{models.Loaded.Count} loaded, none failed"));
}
