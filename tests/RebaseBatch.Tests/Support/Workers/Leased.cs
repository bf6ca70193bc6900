using RebaseBatch.Contracts;
using RebaseBatch.Durable.Batches;

namespace RebaseBatch.Tests.Support.Workers;

/// <summary>Leases that no database knows.</summary>
static class Leased
{
    public static BatchLease Batch(long job, JobSpec spec) => new(1, job, 1, 1, 1, Guid.NewGuid(), spec);
}
