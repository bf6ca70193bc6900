using Microsoft.Extensions.Logging;
using RebaseBatch.Durable.Batches;
using RebaseBatch.Platform.Endurance;

namespace RebaseBatch.Durable.Checkpoints;

/// <summary>Opens the checkpoint writer of each batch.</summary>
/// <param name="interval">Time between checkpoints.</param>
sealed class CheckpointWriters(
    CheckpointStore store, TimeSpan interval, CheckpointMetrics metrics, TimeProvider time, ILogger<CheckpointWriter> log)
{
    // One for all batches: when the database is away, all of them are delayed.
    readonly RepeatedFault _delayed = new("storing checkpoints", time, log);

    public CheckpointWriter Open(BatchLease lease) => new(store, lease, interval, metrics, time, _delayed, log);
}
