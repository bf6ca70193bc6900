namespace RebaseBatch.Durable.Batches;

/// <summary>A batch whose lease ran out.</summary>
/// <param name="Owner">The worker that held it.</param>
/// <param name="LeaseId">Null for a claim by a version that drew none.</param>
sealed record ExpiredBatch(long BatchId, long JobId, long Epoch, Guid? LeaseId, string Owner, int Attempt)
{
    /// <inheritdoc cref="BatchLease.Key"/>
    public LeaseKey Key => new(BatchId, Epoch, LeaseId);
}
