namespace RebaseBatch.Durable.Batches;

/// <summary>
/// The condition that every write under a lease puts on <c>batches b</c>. No row: the lease is lost, and the statement must write nothing.
/// The epoch alone would not be enough, because a batch that its holder ended keeps its epoch.
/// </summary>
static class LeaseFence
{
    /// <summary>With the parameters <c>@BatchId</c> and <c>@Epoch</c>.</summary>
    public const string Held = $"b.batch_id = @BatchId AND b.lease_epoch = @Epoch AND {IsRunning}";

    /// <summary>With the batch's id as <c>$1</c> and the epoch as <c>$2</c>.</summary>
    public const string HeldByPosition = $"b.batch_id = $1 AND b.lease_epoch = $2 AND {IsRunning}";

    const string IsRunning = $"b.state = '{BatchStates.Running}'";
}
