using RebaseBatch.Contracts;

namespace RebaseBatch.Durable.Batches;

/// <summary>
/// The right to work on one batch. Every write under it carries <paramref name="Epoch"/>: a worker that lost its lease without notice can
/// do no harm.
/// </summary>
/// <param name="BatchNo">Number of the batch within its job, from 1.</param>
/// <param name="Attempt">Number of this claim of the batch, from 1. A claim that a draining worker gave back does not count.</param>
/// <param name="Epoch">The fencing token: greater at every claim.</param>
sealed record BatchLease(long BatchId, long JobId, int BatchNo, int Attempt, long Epoch, JobSpec Spec);
