using Dapper;
using RebaseBatch.Platform.Postgres;

namespace RebaseBatch.Durable.Batches;

/// <content>Claim, renew, release. Claims and renewals are transactions of their own.</content>
sealed partial class BatchTransitions
{
    // A job of which this worker knows that it can't serve it, or whose window is closed, is left to others or to later.
    const string IsServed = """
        NOT EXISTS (
            SELECT 1 FROM jobs j
            WHERE j.job_id = batches.job_id AND (j.closes_at <= now() OR j.job_id = ANY(@Jobs)
                OR j.spec ->> 'policy' = ANY(@Policies) OR j.spec ->> 'reward' = ANY(@Rewards)))
        """;

    // The lock has its own CTE: if it were inlined, the planner might lock and update more rows than the limit. A cancelled job has no
    // claimable batch (CancelWaitingAsync), so the claim reads the job only for its window.
    // A prepared statement keeps the plan of a moment when the queue was short, and reading and sorting a short queue is cheap. The index
    // is cheap for every length.
    static readonly string s_claim = ReadCommitted.Alone($"""
        SET LOCAL enable_seqscan = off;
        SET LOCAL enable_sort = off;
        WITH claimable AS MATERIALIZED (
            SELECT batch_id, run_at, alone FROM batches
            WHERE state IN {BatchStates.Claimable} AND run_at <= now() AND (@Idle OR NOT alone) AND {IsServed}
            ORDER BY run_at, batch_id
            LIMIT @Limit
            FOR UPDATE SKIP LOCKED),
        chosen AS (
            SELECT batch_id FROM (
                SELECT batch_id, alone, row_number() OVER due AS place, first_value(alone) OVER due AS takes_one
                FROM claimable WINDOW due AS (ORDER BY run_at, batch_id)) c
            WHERE CASE WHEN takes_one THEN place = 1 ELSE NOT alone END)
        UPDATE batches b
        SET state = '{BatchStates.Running}', attempt = b.attempt + 1, lease_epoch = b.lease_epoch + 1, lease_id = @LeaseId,
            lease_owner = @WorkerId, lease_until = now() + make_interval(secs => @Ttl), started_at = coalesce(b.started_at, now()),
            reserved_by = NULL, reserved_until = NULL
        FROM chosen c, jobs j
        WHERE b.batch_id = c.batch_id AND j.job_id = b.job_id
        RETURNING b.batch_id AS "BatchId", b.job_id AS "JobId", b.batch_no AS "BatchNo", b.attempt AS "Attempt",
                  b.lease_epoch AS "Epoch", b.lease_id AS "LeaseId", now() AS "ClaimedAt", j.spec::text AS "Spec", j.state AS "JobState",
                  b.alone AS "IsAlone"
        """);

    static readonly string s_startJobs = ReadCommitted.Alone($"""
        UPDATE jobs SET state = '{JobStates.Running}', started_at = coalesce(started_at, now())
        WHERE job_id IN (
            SELECT job_id FROM jobs WHERE job_id = ANY(@Jobs) AND state = '{JobStates.Queued}' FOR NO KEY UPDATE SKIP LOCKED)
        """);

    /// <summary>
    /// How often a batch is given back uncounted because the database lost commits. No server loses some that often: beyond this the fault
    /// is another one, and the attempt counts.
    /// </summary>
    public const int MostRewinds = 10;

    const string JobIsCancelled = "cancelled";
    const string WindowIsClosed = "closed";

    static readonly string s_renew = ReadCommitted.Alone($"""
        UPDATE batches b SET lease_until = now() + make_interval(secs => @Ttl)
        FROM jobs j
        WHERE {LeaseFence.Held} AND j.job_id = b.job_id AND {LockWait.Limited}
        RETURNING CASE WHEN j.cancel_requested THEN '{JobIsCancelled}' WHEN j.closes_at <= now() THEN '{WindowIsClosed}' ELSE 'held' END
        """);

    // The batch keeps its place in the queue: a batch that was begun should end before one that was not.
    const string Release = $"""
        UPDATE batches b
        SET state = '{BatchStates.Available}', attempt = attempt - 1, alone = alone OR @Suspect,
            rewinds = rewinds + CASE WHEN @Rewound THEN 1 ELSE 0 END, lease_id = NULL, lease_owner = NULL, lease_until = NULL
        WHERE {LeaseFence.Held} AND NOT (@Rewound AND rewinds >= @MostRewinds)
        """;

    // Workers that always hold a batch would never be free for one that runs alone. One of them takes nothing more until it is free. A
    // worker that is idle meanwhile may take the batch first. Only when its turn has come: a worker that became free before it would claim
    // those that are due longer, and hold its places empty once more.
    static readonly string s_reserve = ReadCommitted.Alone($"""
        UPDATE batches SET reserved_by = @WorkerId, reserved_until = now() + make_interval(secs => @Ttl)
        WHERE batch_id = (
            SELECT batch_id FROM batches
            WHERE alone AND state IN {BatchStates.Claimable} AND run_at <= now() - interval '10 seconds' AND {IsServed}
              AND (reserved_until IS NULL OR reserved_until <= now() OR reserved_by = @WorkerId)
              AND ((run_at, batch_id) < (
                  SELECT run_at, batch_id FROM batches
                  WHERE NOT alone AND state IN {BatchStates.Claimable} AND run_at <= now() AND {IsServed}
                  ORDER BY run_at, batch_id
                  LIMIT 1)) IS NOT FALSE
            ORDER BY run_at, batch_id
            LIMIT 1
            FOR UPDATE SKIP LOCKED)
        """);

    /// <summary>
    /// Takes up to <paramref name="limit"/> batches that are due, the longest due first. Each lease ends <paramref name="ttl"/> from now.
    /// The leases' random id comes from this worker and not from the server, so that no server can give it out a second time.
    /// </summary>
    /// <param name="idle">
    /// The worker holds no batch. Only then it is given a batch that runs alone, and then no other with it.
    /// </param>
    /// <param name="leftOut">What the claim passes over.</param>
    public async Task<IReadOnlyList<ClaimedBatch>> ClaimAsync(
        string workerId, int limit, TimeSpan ttl, bool idle, LeftOut leftOut, CancellationToken ct) =>
        (await connection.QueryAsync<ClaimedBatch>(new CommandDefinition(s_claim, new
        {
            WorkerId = workerId, LeaseId = Guid.NewGuid(), Limit = limit, Ttl = ttl.TotalSeconds, Idle = idle,
            leftOut.Policies, leftOut.Rewards, leftOut.Jobs,
        }, cancellationToken: ct))).AsList();

    /// <summary>
    /// Reserves a batch that runs alone, is the next one for this worker and has been due for ten seconds, or keeps this worker's
    /// reservation, for <paramref name="ttl"/>. False: none waits, or other workers have reserved them.
    /// </summary>
    public async Task<bool> ReserveAsync(string workerId, TimeSpan ttl, LeftOut leftOut, CancellationToken ct) =>
        await ExecuteAsync(
            s_reserve, new { WorkerId = workerId, Ttl = ttl.TotalSeconds, leftOut.Policies, leftOut.Rewards, leftOut.Jobs }, ct) > 0;

    /// <summary>Makes the queued ones of these jobs running, except those whose row another session holds.</summary>
    public Task StartJobsAsync(long[] jobs, CancellationToken ct) => ExecuteAsync(s_startJobs, new { Jobs = jobs }, ct);

    /// <summary>
    /// Extends the lease to <paramref name="ttl"/> from now. A lease that ran out but that nobody took is renewed as well.
    /// </summary>
    public async Task<LeaseState> RenewAsync(BatchLease lease, TimeSpan ttl, CancellationToken ct)
    {
        var found = await connection.ExecuteScalarAsync<string?>(new CommandDefinition(
            s_renew, new { lease.BatchId, lease.Epoch, lease.LeaseId, Ttl = ttl.TotalSeconds }, cancellationToken: ct));
        return found switch
        {
            null => LeaseState.Lost,
            JobIsCancelled => LeaseState.CancelRequested,
            WindowIsClosed => LeaseState.WindowClosed,
            _ => LeaseState.Held,
        };
    }

    /// <summary>
    /// Makes the batch available, and does not count the attempt. False: the lease is lost, or the batch was given back as rewound
    /// <see cref="MostRewinds"/> times before.
    /// </summary>
    public async Task<bool> ReleaseAsync(LeaseKey lease, ReleaseReason reason, CancellationToken ct) => await ExecuteAsync(Release, new
    {
        lease.BatchId, lease.Epoch, lease.LeaseId, MostRewinds,
        Suspect = reason is ReleaseReason.Suspect, Rewound = reason is ReleaseReason.Rewound,
    }, ct) > 0;
}
