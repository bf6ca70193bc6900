using System.Text.Json;
using Dapper;
using Npgsql;
using RebaseBatch.Contracts;
using RebaseBatch.Platform.Async;
using RebaseBatch.Platform.Postgres;

namespace RebaseBatch.Durable.Leases;

/// <summary>
/// Claims batches and ends claims. Only the database's clock decides who holds a lease; no worker's clock is ever compared.
/// A zero-row answer means that the lease is lost, and is never an error. Transient database errors flow to the caller.
/// </summary>
sealed class LeaseStore(NpgsqlDataSource db)
{
    /// <summary>
    /// A batch is discarded after max_attempts failures in a row that stored no step. An attempt that stored one was of use, whatever ended
    /// it: a spot machine taken away ten times must not fail a long batch. But a batch that kills its worker one step further each time
    /// must end as well, so that this many times max_attempts claims are the limit for any batch.
    /// </summary>
    const int FruitfulFactor = 4;

    /// <summary>How long a batch that this version can't read is left to others.</summary>
    static readonly TimeSpan s_unreadable = TimeSpan.FromSeconds(30);

    // The lock sits in a CTE of its own: inlined, the planner may lock and update more rows than the limit.
    // A cancelled job has no batch in these states (BatchEnding), so the claim looks at the job for its window only.
    const string Claim = """
        WITH claimable AS MATERIALIZED (
            SELECT batch_id FROM batches
            WHERE state IN ('available', 'retryable') AND run_at <= now()
              AND NOT EXISTS (SELECT 1 FROM jobs j WHERE j.job_id = batches.job_id AND j.closes_at <= now())
            ORDER BY run_at, batch_id
            LIMIT @Limit
            FOR UPDATE SKIP LOCKED)
        UPDATE batches b
        SET state = 'running', attempt = b.attempt + 1, lease_epoch = b.lease_epoch + 1, lease_owner = @WorkerId,
            lease_until = now() + make_interval(secs => @Ttl), started_at = coalesce(b.started_at, now())
        FROM claimable c, jobs j
        WHERE b.batch_id = c.batch_id AND j.job_id = b.job_id
        RETURNING b.batch_id AS "BatchId", b.job_id AS "JobId", b.batch_no AS "BatchNo", b.attempt AS "Attempt",
                  b.lease_epoch AS "Epoch", j.spec::text AS "Spec", j.state AS "JobState"
        """;

    const string StartJobs = """
        UPDATE jobs SET state = 'running', started_at = coalesce(started_at, now())
        WHERE job_id = ANY(@Jobs) AND state = 'queued'
        """;

    const string Renew = """
        UPDATE batches b SET lease_until = now() + make_interval(secs => @Ttl)
        FROM jobs j
        WHERE b.batch_id = @BatchId AND b.lease_epoch = @Epoch AND b.state = 'running' AND j.job_id = b.job_id
        RETURNING CASE WHEN j.cancel_requested THEN 'cancelled' WHEN j.closes_at <= now() THEN 'closed' ELSE 'held' END
        """;

    // The batch keeps its place in the queue: what has been begun is to end before what has not.
    const string Release = """
        UPDATE batches SET state = 'available', attempt = attempt - 1, lease_owner = NULL, lease_until = NULL
        WHERE batch_id = @BatchId AND lease_epoch = @Epoch AND state = 'running'
        """;

    const string Fail = """
        WITH held AS MATERIALIZED (
            SELECT b.batch_id, b.attempt, b.max_attempts, CASE WHEN s.fruitful THEN 0 ELSE b.fruitless + 1 END AS fruitless
            FROM batches b, LATERAL (
                SELECT EXISTS (
                    SELECT 1 FROM problems p JOIN searches s USING (problem_id)
                    WHERE p.batch_id = b.batch_id AND s.lease_epoch = b.lease_epoch) AS fruitful) s
            WHERE b.batch_id = @BatchId AND b.lease_epoch = @Epoch AND b.state = 'running'
              AND (NOT @OnlyExpired OR b.lease_until < now())
            FOR UPDATE OF b),
        decided AS (
            SELECT batch_id, fruitless, CASE
                WHEN @Cancelled THEN 'cancelled'
                WHEN fruitless >= max_attempts OR attempt >= max_attempts * @FruitfulFactor THEN 'discarded'
                ELSE 'retryable' END AS state
            FROM held)
        UPDATE batches b
        SET state = d.state, fruitless = d.fruitless, last_error = @Reason, lease_owner = NULL, lease_until = NULL,
            run_at = CASE WHEN @Backoff > 0 THEN now() + make_interval(secs => @Backoff) ELSE b.run_at END,
            finished_at = CASE WHEN d.state <> 'retryable' THEN now() END
        FROM decided d
        WHERE b.batch_id = d.batch_id
        RETURNING b.state
        """;

    const string Expired = """
        SELECT batch_id AS "BatchId", job_id AS "JobId", lease_epoch AS "Epoch", lease_owner AS "Owner", attempt AS "Attempt"
        FROM batches
        WHERE state = 'running' AND lease_until < now()
        ORDER BY batch_id
        LIMIT 100
        """;

    /// <summary>Takes up to <paramref name="limit"/> batches that are due, the longest due first; each until <paramref name="ttl"/> from now.</summary>
    public async Task<IReadOnlyList<BatchLease>> ClaimAsync(string workerId, int limit, TimeSpan ttl, CancellationToken ct)
    {
        await using var connection = await db.OpenConnectionAsync(ct);
        var rows = (await connection.QueryAsync<ClaimedRow>(new CommandDefinition(
            Claim, new { WorkerId = workerId, Limit = limit, Ttl = ttl.TotalSeconds }, cancellationToken: ct))).AsList();
        var queued = rows.Where(r => r.JobState == "queued").Select(r => r.JobId).Distinct().Order().ToArray();
        // Apart from the claim, which must not wait for a job's lock while it holds a batch. A crash between the two leaves a job
        // that is called queued although a batch runs, until the next claim of it or its end.
        if (queued.Length > 0) await StartAsync(connection, queued, ct);

        var leases = new List<BatchLease>();
        foreach (var row in rows.OrderBy(r => r.BatchId))
        {
            try
            {
                leases.Add(row.ToLease());
            }
            catch (JsonException e)
            {
                // Enqueued by a newer version: a newer worker may read it, and this one must not fall over it.
                await LeaveAsync(row, $"this worker can't read the job, which a newer version may have enqueued: {e.Message}", ct);
            }
        }

        return leases;
    }

    /// <summary>For people only, so that it is never a reason to forget the claims.</summary>
    static async Task StartAsync(NpgsqlConnection connection, long[] jobs, CancellationToken ct)
    {
        try
        {
            await connection.ExecuteAsync(new CommandDefinition(StartJobs, new { Jobs = jobs }, cancellationToken: ct));
        }
        catch (NpgsqlException)
        {
            // The next claim of the job, or its end, says it.
        }
    }

    /// <summary>Puts a batch back that was claimed in vain. Where even that fails its lease runs out, and the other claims are not forgotten for it.</summary>
    async Task LeaveAsync(ClaimedRow row, string reason, CancellationToken ct)
    {
        try
        {
            await FailAsync(row.JobId, row.BatchId, row.Epoch, reason, s_unreadable, onlyExpired: false, ct);
        }
        catch (NpgsqlException)
        {
            // The reaper does the same.
        }
    }

    /// <summary>Extends the lease to <paramref name="ttl"/> from now. A lease that ran out but that nobody took is renewed as well.</summary>
    public async Task<LeaseState> RenewAsync(BatchLease lease, TimeSpan ttl, CancellationToken ct)
    {
        await using var connection = await db.OpenConnectionAsync(ct);
        var state = await connection.ExecuteScalarAsync<string?>(new CommandDefinition(
            Renew, new { lease.BatchId, lease.Epoch, Ttl = ttl.TotalSeconds }, cancellationToken: ct));
        return state switch { null => LeaseState.Lost, "cancelled" => LeaseState.CancelRequested, "closed" => LeaseState.WindowClosed, _ => LeaseState.Held };
    }

    /// <summary>Gives the batch back unharmed (a worker drains, or the job's window closed): available at once, and the attempt is not counted.</summary>
    public async Task<ReleaseState> ReleaseAsync(BatchLease lease, CancellationToken ct)
    {
        await using var connection = await db.OpenConnectionAsync(ct);
        await using var transaction = await connection.BeginTransactionAsync(ct);
        if (await new BatchEnding(connection, lease.JobId).LockJobAsync(ct)) return ReleaseState.CancelRequested;
        if (await connection.ExecuteAsync(new CommandDefinition(Release, new { lease.BatchId, lease.Epoch }, cancellationToken: ct)) == 0) return ReleaseState.Lost;
        await transaction.CommitAsync(ct);
        return ReleaseState.Released;
    }

    /// <summary>
    /// Ends a failed attempt: the batch is retryable after <paramref name="backoff"/>; or, when its attempts are used up, discarded, with
    /// <paramref name="reason"/> as the error of every problem that has no answer. False: the lease was lost, nothing was written.
    /// </summary>
    public Task<bool> FailAsync(BatchLease lease, string reason, TimeSpan backoff, CancellationToken ct) =>
        FailAsync(lease.JobId, lease.BatchId, lease.Epoch, reason, backoff, onlyExpired: false, ct);

    /// <summary>Before the next attempt at a batch whose lease ran out, from the second time on.</summary>
    public static Backoff ReapBackoff { get; } = new(TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(30));

    /// <summary>Ends the attempts whose lease ran out, as <see cref="FailAsync(BatchLease, string, TimeSpan, CancellationToken)"/> does. Any number of workers may reap at once.</summary>
    /// <param name="refused">Told of each batch whose ending the database refuses: it stays for the next look, and does not hold up those behind it. Null: that ends the call.</param>
    /// <returns>How many batches this call took from their holders.</returns>
    public async Task<int> ReapAsync(CancellationToken ct, Action<long, PostgresException>? refused = null)
    {
        List<ExpiredRow> expired;
        await using (var connection = await db.OpenConnectionAsync(ct))
            expired = (await connection.QueryAsync<ExpiredRow>(new CommandDefinition(Expired, cancellationToken: ct))).AsList();

        var reaped = 0;
        foreach (var batch in expired)
        {
            var reason = $"the lease of worker '{batch.Owner}' ran out on attempt {batch.Attempt}: the worker died or lost the database";
            // The first crash says little about the batch, so it keeps its place and a peer takes over at once; then 1, 2, 4 ... up to 30 seconds.
            var backoff = ReapBackoff.After(batch.Attempt - 1);
            // A lease that was renewed or taken since the look is left alone: the statement checks epoch and expiry again under the lock.
            try
            {
                if (await FailAsync(batch.JobId, batch.BatchId, batch.Epoch, reason, backoff, onlyExpired: true, ct)) reaped++;
            }
            catch (PostgresException e) when (refused is not null && !DatabaseFaults.IsPassing(e))
            {
                refused(batch.BatchId, e);
            }
        }
        return reaped;
    }

    // One transaction: a crash anywhere in it leaves the batch running until its lease runs out.
    async Task<bool> FailAsync(long jobId, long batchId, long epoch, string reason, TimeSpan backoff, bool onlyExpired, CancellationToken ct)
    {
        await using var connection = await db.OpenConnectionAsync(ct);
        await using var transaction = await connection.BeginTransactionAsync(ct);
        var ending = new BatchEnding(connection, jobId);
        var cancelled = await ending.LockJobAsync(ct);
        var text = PostgresText.Clean(reason);
        var state = await connection.ExecuteScalarAsync<string?>(new CommandDefinition(Fail, new
        {
            BatchId = batchId, Epoch = epoch, Cancelled = cancelled, OnlyExpired = onlyExpired, Backoff = backoff.TotalSeconds, Reason = text, FruitfulFactor,
        }, transaction, cancellationToken: ct));
        if (state is null) return false;
        if (state is "discarded") await ending.AnswerWithErrorAsync(batchId, text, ct);
        if (state is "discarded" or "cancelled") await ending.EndAsync([batchId], ct);
        await transaction.CommitAsync(ct);
        return true;
    }

    sealed record ExpiredRow(long BatchId, long JobId, long Epoch, string Owner, int Attempt);

    sealed record ClaimedRow(long BatchId, long JobId, int BatchNo, int Attempt, long Epoch, string Spec, string JobState)
    {
        public BatchLease ToLease() =>
            new(BatchId, JobId, BatchNo, Attempt, Epoch, JsonSerializer.Deserialize<JobSpec>(Spec, ContractsJson.Lines)!);
    }
}
