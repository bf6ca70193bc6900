using RebaseBatch.Contracts;

namespace RebaseBatch.Durable.Batches;

/// <summary>
/// The right to work on one batch. Every write under it carries <paramref name="Epoch"/> and <paramref name="LeaseId"/>: a worker that
/// lost its lease without notice can do no harm.
/// </summary>
/// <param name="BatchNo">Number of the batch within its job, from 1.</param>
/// <param name="Attempt">Number of this claim of the batch, from 1. A claim that a draining worker gave back does not count.</param>
/// <param name="Epoch">Number of the claim: greater at every claim that the database remembers.</param>
/// <param name="LeaseId">
/// Drawn at random by the worker for this claim. A database that lost commits hands out an epoch twice, but never this id.
/// </param>
sealed record BatchLease(long BatchId, long JobId, int BatchNo, int Attempt, long Epoch, Guid LeaseId, JobSpec Spec)
{
    /// <summary>What the fence compares.</summary>
    public LeaseKey Key => new(BatchId, Epoch, LeaseId);

    /// <summary>
    /// The last holder died or its engine stopped, and this batch may be why: the holder takes no other batch beside it.
    /// </summary>
    public bool IsAlone { get; init; }

    /// <summary>How often the job's limits and deadline had been changed when <see cref="Spec"/> was read.</summary>
    public int Revision { get; init; }

    /// <summary>Time from the claim to the job's deadline, by the database's clock; null when the job has none.</summary>
    public TimeSpan? DeadlineIn { get; init; }
}
