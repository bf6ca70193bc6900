namespace RebaseBatch.Durable.Batches;

/// <summary>A batch as its claim returns it.</summary>
/// <param name="Spec">The job's settings as stored: JSON that a newer version may have written.</param>
/// <param name="JobState">The job's state before the claim.</param>
sealed record ClaimedBatch(long BatchId, long JobId, int BatchNo, int Attempt, long Epoch, Guid LeaseId, string Spec, string JobState)
{
    /// <inheritdoc cref="BatchLease.Key"/>
    public LeaseKey Key => new(BatchId, Epoch, LeaseId);
}
