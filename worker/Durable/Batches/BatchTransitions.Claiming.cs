using Dapper;
using RebaseBatch.Platform.Postgres;

namespace RebaseBatch.Durable.Batches;

/// <content>Claim and reserve: transactions of their own. <see cref="ClaimOrder"/> says who comes first.</content>
sealed partial class BatchTransitions
{
    // Caps hold exactly only if the next claim sees this one's batches: with caps, claims follow each other. Without them this locks
    // nothing. Only claims take this lock, and a claim that has it waits for nothing else.
    const string OneByOneUnderCaps = """
        UPDATE queue_gate SET one = true
        WHERE EXISTS (SELECT FROM teams WHERE most_running IS NOT NULL) OR EXISTS (SELECT FROM model_caps)
        """;

    // A prepared statement keeps the plan of a moment when the queue was short, and reading and sorting a short queue is cheap. The index
    // is cheap for every length. The sorts that are left are short, but forbidding sorts makes the plan look dear enough to be compiled.
    const string PlanOverIndex = """
        SET LOCAL enable_seqscan = off;
        SET LOCAL enable_sort = off;
        SET LOCAL jit = off
        """;

    // The lock has its own CTE: if it were inlined, the planner might lock and update more rows than the limit. A cancelled job has no
    // claimable batch (CancelWaitingAsync), so the claim reads the job only for its window and its models.
    // Another claim that has a line's row locked writes there what this one would.
    static readonly string s_claim = ReadCommitted.Alone($"""
        {PlanOverIndex};
        {OneByOneUnderCaps};
        WITH RECURSIVE {ClaimOrder.Places("@Limit", "@Idle")},
        claimable AS MATERIALIZED (
            SELECT b.batch_id, b.alone, p.no FROM allowed p JOIN batches b ON b.batch_id = p.batch_id
            WHERE b.state IN {BatchStates.Claimable} AND NOT b.paused AND b.run_at <= now()
            ORDER BY p.no
            LIMIT @Limit
            FOR UPDATE OF b SKIP LOCKED),
        chosen AS MATERIALIZED (
            SELECT batch_id FROM (
                SELECT batch_id, alone, row_number() OVER due AS place, first_value(alone) OVER due AS takes_one
                FROM claimable WINDOW due AS (ORDER BY no)) c
            WHERE CASE WHEN takes_one THEN place = 1 ELSE NOT alone END),
        served AS (
            UPDATE turns u SET served_at = now(), start = greatest(u.pass, s.start) + (s.batches - 1) / s.weight,
                pass = greatest(u.pass, s.start) + s.batches / s.weight
            FROM (
                SELECT p.priority, p.team, min(p.start) AS start, min(p.weight) AS weight, count(*) AS batches
                FROM chosen c JOIN allowed p USING (batch_id) GROUP BY p.priority, p.team) s,
                (SELECT k.team, k.priority FROM turns k
                 WHERE (k.team, k.priority) IN (SELECT p.team, p.priority FROM chosen c JOIN allowed p USING (batch_id))
                 FOR NO KEY UPDATE SKIP LOCKED) free
            WHERE u.team = s.team AND u.priority = s.priority AND free.team = u.team AND free.priority = u.priority)
        UPDATE batches b
        SET state = '{BatchStates.Running}', attempt = b.attempt + 1, lease_epoch = b.lease_epoch + 1, lease_id = @LeaseId,
            lease_owner = @WorkerId, lease_until = now() + make_interval(secs => @Ttl), started_at = coalesce(b.started_at, now()),
            reserved_by = NULL, reserved_until = NULL
        FROM chosen c, jobs j
        WHERE b.batch_id = c.batch_id AND j.job_id = b.job_id
        RETURNING b.batch_id AS "BatchId", b.job_id AS "JobId", b.batch_no AS "BatchNo", b.attempt AS "Attempt",
                  b.lease_epoch AS "Epoch", b.lease_id AS "LeaseId", now() AS "ClaimedAt", j.spec::text AS "Spec", j.state AS "JobState",
                  b.alone AS "IsAlone", j.revision AS "Revision"
        """);

    // Workers that always hold a batch would never be free for one that runs alone. One of them takes nothing more until it is free. A
    // worker that is idle meanwhile may take the batch first. Only when its turn has come: a worker that became free before it would claim
    // those that come before it, and hold its places empty once more.
    static readonly string s_reserve = ReadCommitted.Alone($"""
        {PlanOverIndex};
        WITH RECURSIVE {ClaimOrder.Places("1", "true")}
        UPDATE batches SET reserved_by = @WorkerId, reserved_until = now() + make_interval(secs => @Ttl)
        WHERE EXISTS (SELECT FROM batches WHERE alone AND state IN {BatchStates.Claimable} AND NOT paused) AND batch_id = (
            SELECT b.batch_id FROM allowed p JOIN batches b ON b.batch_id = p.batch_id
            WHERE b.alone AND b.state IN {BatchStates.Claimable} AND NOT b.paused AND b.run_at <= now() - interval '10 seconds'
              AND (b.reserved_until IS NULL OR b.reserved_until <= now() OR b.reserved_by = @WorkerId)
              AND p.no < coalesce((SELECT min(no) FROM allowed WHERE NOT alone), p.no + 1)
            ORDER BY p.no
            LIMIT 1
            FOR UPDATE OF b SKIP LOCKED)
        """);

    /// <summary>
    /// Takes up to <paramref name="limit"/> batches that are due, in the order of <see cref="ClaimOrder"/>. Each lease ends
    /// <paramref name="ttl"/> from now. The leases' random id comes from this worker and not from the server, so that no server can give it
    /// out a second time.
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
            leftOut.Policies, leftOut.Rewards, leftOut.Jobs, leftOut.Only, leftOut.Meets,
        }, cancellationToken: ct))).AsList();

    /// <summary>
    /// Reserves a batch that runs alone, is the next one for this worker and has been due for ten seconds, or keeps this worker's
    /// reservation, for <paramref name="ttl"/>. False: none waits, or other workers have reserved them.
    /// </summary>
    public async Task<bool> ReserveAsync(string workerId, TimeSpan ttl, LeftOut leftOut, CancellationToken ct) =>
        await ExecuteAsync(s_reserve, new
        {
            WorkerId = workerId, Ttl = ttl.TotalSeconds, leftOut.Policies, leftOut.Rewards, leftOut.Jobs, leftOut.Only, leftOut.Meets,
        }, ct) > 0;
}
