namespace RebaseBatch.Durable.Batches;

/// <summary>
/// The condition that every write under a lease puts on <c>batches b</c>. No row: the lease is lost, and the statement must write nothing.
/// The state is in it because a batch that its holder ended keeps its epoch. The lease's random id is in it because a server that lost
/// commits (an asynchronous failover, a restored backup) hands out an epoch twice.
/// </summary>
static class LeaseFence
{
    /// <summary>With the parameters of a <see cref="LeaseKey"/>: <c>@BatchId</c>, <c>@Epoch</c>, <c>@LeaseId</c>.</summary>
    public const string Held =
        $"b.batch_id = @BatchId AND b.lease_epoch = @Epoch AND b.lease_id IS NOT DISTINCT FROM @LeaseId AND {IsRunning}";

    /// <summary>With the batch's id as <c>$1</c>, the epoch as <c>$2</c> and the lease's id as <c>$3</c>.</summary>
    public const string HeldByPosition = $"b.batch_id = $1 AND b.lease_epoch = $2 AND b.lease_id = $3 AND {IsRunning}";

    const string IsRunning = $"b.state = '{BatchStates.Running}'";
}
