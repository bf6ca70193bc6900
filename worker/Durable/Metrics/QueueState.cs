namespace RebaseBatch.Durable.Metrics;

/// <summary>What waits for any worker; the same for all workers of one database.</summary>
/// <param name="Depth">Batches that could be claimed now.</param>
/// <param name="OldestSeconds">How long the first of them has been due; 0 when there is none.</param>
/// <param name="OutboxDue">Batches and jobs whose result files are not written yet.</param>
/// <param name="Unserved">Of the batches in <paramref name="Depth"/>, those that no running worker can serve.</param>
readonly record struct QueueState(long Depth, double OldestSeconds, long OutboxDue, long Unserved);
