namespace RebaseBatch.Durable.Batches;

/// <summary>A batch whose lease ran out.</summary>
/// <param name="Owner">The worker that held it.</param>
sealed record ExpiredBatch(long BatchId, long JobId, long Epoch, string Owner, int Attempt);
