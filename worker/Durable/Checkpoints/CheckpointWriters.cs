using Microsoft.Extensions.Logging;
using RebaseBatch.Durable.Batches;

namespace RebaseBatch.Durable.Checkpoints;

/// <summary>Opens the checkpoint writer of each batch.</summary>
/// <param name="interval">Time between checkpoints.</param>
sealed class CheckpointWriters(
    CheckpointStore store, TimeSpan interval, CheckpointMetrics metrics, TimeProvider time, ILogger<CheckpointWriter> log)
{
    public CheckpointWriter Open(BatchLease lease) => new(store, lease, interval, metrics, time, log);
}
