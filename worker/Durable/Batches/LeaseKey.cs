namespace RebaseBatch.Durable.Batches;

/// <summary>Tells one claim of a batch apart from every other one: what <see cref="LeaseFence"/> compares.</summary>
/// <param name="LeaseId">Null for a claim by a version that drew none.</param>
sealed record LeaseKey(long BatchId, long Epoch, Guid? LeaseId);
