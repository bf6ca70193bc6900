using Microsoft.Extensions.Diagnostics.HealthChecks;
using RebaseBatch.Durable.Leases;

namespace RebaseBatch.Edge.Health;

/// <summary>Whether the leases of the batches in hand are renewed in time.</summary>
/// <param name="lease">How long a lease outlives its last renewal.</param>
sealed class RenewalCheck(LeaseKeeper keeper, TimeSpan lease) : IHealthCheck
{
    public const string Name = "renewal";

    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
        Task.FromResult(keeper.LongestUnrenewed switch
        {
            null => HealthCheckResult.Healthy("no batch is in hand"),
            { } age when age > lease => HealthCheckResult.Unhealthy(
                $"a lease was last renewed {age.TotalSeconds:F0} s ago, and lasts {lease.TotalSeconds:F0} s"),
            { } age => HealthCheckResult.Healthy($"the longest unrenewed lease was renewed {age.TotalSeconds:F0} s ago"),
        });
}
