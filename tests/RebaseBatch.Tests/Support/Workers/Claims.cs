using RebaseBatch.Durable.Batches;
using RebaseBatch.Durable.Leases;

namespace RebaseBatch.Tests.Support.Workers;

/// <summary>The claim of a worker that holds no batch and lacks nothing.</summary>
static class Claims
{
    public static Task<IReadOnlyList<BatchLease>> ClaimAsync(
        this LeaseStore leases, string workerId, int limit, TimeSpan ttl, CancellationToken ct) =>
        leases.ClaimAsync(workerId, limit, ttl, idle: true, LeftOut.Nothing, ct);
}
