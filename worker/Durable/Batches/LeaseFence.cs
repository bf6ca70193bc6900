using Npgsql;
using NpgsqlTypes;
using RebaseBatch.Platform.Postgres;

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

    /// <summary>For several leases at once: with the rows <c>h</c> of <see cref="Keys"/>, each of which is one.</summary>
    public const string HeldByRow =
        $"b.batch_id = h.batch_id AND b.lease_epoch = h.lease_epoch AND b.lease_id = h.lease_id AND {IsRunning}";

    /// <summary>The rows <c>h</c>, with the parameters of <see cref="AddKeys"/> as <c>$1</c> to <c>$3</c>.</summary>
    public const string Keys = "unnest($1::bigint[], $2::bigint[], $3::uuid[]) AS h(batch_id, lease_epoch, lease_id)";

    /// <summary>Adds the leases to the statement, as its first parameters.</summary>
    public static void AddKeys(this NpgsqlBatchCommand statement, IReadOnlyList<BatchLease> leases) => statement.Add(s_keys, leases);

    static readonly ArrayColumn<BatchLease>[] s_keys =
    [
        ArrayColumn<BatchLease>.Of("batch_id", "bigint", NpgsqlDbType.Bigint, lease => lease.BatchId),
        ArrayColumn<BatchLease>.Of("lease_epoch", "bigint", NpgsqlDbType.Bigint, lease => lease.Epoch),
        ArrayColumn<BatchLease>.Of("lease_id", "uuid", NpgsqlDbType.Uuid, lease => lease.LeaseId),
    ];

    const string IsRunning = $"b.state = '{BatchStates.Running}'";
}
