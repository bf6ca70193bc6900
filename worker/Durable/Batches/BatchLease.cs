using RebaseBatch.Contracts;

namespace RebaseBatch.Durable.Batches;

/// <summary>The right to work on one batch. Every write made under it carries <paramref name="Epoch"/>, so that a lease that was lost without notice can do no harm.</summary>
/// <param name="BatchNo">Number of the batch within its job, from 1.</param>
/// <param name="Attempt">Which claim of the batch this is, from 1; claims given back by a draining worker don't count.</param>
/// <param name="Epoch">The fencing token: greater at every claim.</param>
sealed record BatchLease(long BatchId, long JobId, int BatchNo, int Attempt, long Epoch, JobSpec Spec);
