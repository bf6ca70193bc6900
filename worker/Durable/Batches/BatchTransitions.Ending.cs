using Dapper;

namespace RebaseBatch.Durable.Batches;

/// <content>Complete, cancel by the holder, fail, discard, and find what to reap.</content>
sealed partial class BatchTransitions
{
    /// <summary>
    /// A batch is discarded after max_attempts failures in a row that stored no step. An attempt that stored a step counts as useful,
    /// whatever ended it: a spot machine that is taken away ten times must not fail a long batch. But a batch that kills its worker one
    /// step further each time must end as well. The limit for any batch is this many times max_attempts claims.
    /// </summary>
    const int FruitfulFactor = 4;

    /// <summary>
    /// The CTE <c>ended</c> (batch_id, job_id, batch_no, lease_epoch): the batches that their holder ends now, of the leases in
    /// <see cref="LeaseFence.AddKeys"/>; <c>$4</c> is their new state. A lease that is lost gives no row. The statement takes whatever else
    /// it writes from these rows, so that it writes nothing under a lost lease.
    /// </summary>
    public const string Ended = $"""
        ended AS (
            UPDATE batches b
            SET state = $4, finished_at = now(), lease_id = NULL, lease_owner = NULL, lease_until = NULL
            FROM {LeaseFence.Keys}
            WHERE {LeaseFence.HeldByRow}
            RETURNING b.batch_id, b.job_id, b.batch_no, b.lease_epoch)
        """;

    // A lease that ran out says that its worker died, perhaps of this batch: it is claimed alone from then on.
    const string Fail = $"""
        WITH held AS MATERIALIZED (
            SELECT b.batch_id, b.attempt, b.max_attempts, CASE WHEN s.fruitful THEN 0 ELSE b.fruitless + 1 END AS fruitless
            FROM batches b, LATERAL (
                SELECT EXISTS (
                    SELECT 1 FROM problems p JOIN searches s USING (problem_id)
                    WHERE p.batch_id = b.batch_id AND s.lease_epoch = b.lease_epoch) AS fruitful) s
            WHERE {LeaseFence.Held}
              AND (NOT @OnlyExpired OR b.lease_until < now())
            FOR UPDATE OF b),
        decided AS (
            SELECT batch_id, fruitless, CASE
                WHEN @Cancelled THEN '{BatchStates.Cancelled}'
                WHEN fruitless >= max_attempts OR attempt >= max_attempts * @FruitfulFactor THEN '{BatchStates.Discarded}'
                ELSE '{BatchStates.Retryable}' END AS state
            FROM held)
        UPDATE batches b
        SET state = d.state, fruitless = d.fruitless, alone = b.alone OR @OnlyExpired, last_error = @Reason,
            lease_id = NULL, lease_owner = NULL, lease_until = NULL,
            run_at = CASE WHEN @Backoff > 0 THEN now() + make_interval(secs => @Backoff) ELSE b.run_at END,
            finished_at = CASE WHEN d.state <> '{BatchStates.Retryable}' THEN now() END
        FROM decided d
        WHERE b.batch_id = d.batch_id
        RETURNING b.state
        """;

    const string Expired = $"""
        SELECT batch_id AS "BatchId", job_id AS "JobId", lease_epoch AS "Epoch", lease_id AS "LeaseId", lease_owner AS "Owner",
            attempt AS "Attempt"
        FROM batches
        WHERE state = '{BatchStates.Running}' AND lease_until < now()
          AND batch_id > @After
        ORDER BY batch_id
        LIMIT 100
        """;

    /// <summary>Ends a failed attempt.</summary>
    /// <param name="jobIsCancelled">Whether the locked job is cancelled: then nobody will retry the batch.</param>
    /// <param name="onlyExpired">Does nothing while the lease still runs.</param>
    /// <returns>The batch's new state: retryable, discarded or cancelled. Null: the lease is lost.</returns>
    public Task<string?> FailAsync(
        LeaseKey lease, string reason, TimeSpan backoff, bool jobIsCancelled, bool onlyExpired, CancellationToken ct) =>
        connection.ExecuteScalarAsync<string?>(new CommandDefinition(Fail, new
        {
            lease.BatchId, lease.Epoch, lease.LeaseId, Cancelled = jobIsCancelled, OnlyExpired = onlyExpired,
            Backoff = backoff.TotalSeconds, Reason = reason, FruitfulFactor,
        }, cancellationToken: ct));

    /// <summary>Up to 100 batches whose lease ran out, in the order of their ids. Locks nothing: the holder may still renew.</summary>
    /// <param name="after">Only batches with a greater id.</param>
    public async Task<IReadOnlyList<ExpiredBatch>> ExpiredAsync(long after, CancellationToken ct) =>
        (await connection.QueryAsync<ExpiredBatch>(new CommandDefinition(Expired, new { After = after }, cancellationToken: ct))).AsList();
}
