namespace RebaseBatch.Durable.Batches;

/// <summary>What a job's row says to the transaction that locked it.</summary>
/// <param name="State">One of <see cref="JobStates"/>.</param>
sealed record JobLock(string State, bool CancelRequested);
