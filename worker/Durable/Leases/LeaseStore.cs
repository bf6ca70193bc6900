using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using Npgsql;
using RebaseBatch.Durable.Batches;
using RebaseBatch.Durable.Results;
using RebaseBatch.Platform.Async;
using RebaseBatch.Platform.Postgres;

namespace RebaseBatch.Durable.Leases;

/// <summary>
/// Claims batches and ends claims. Only the database's clock decides who holds a lease; no worker's clock is ever compared.
/// When a statement changes no row, the lease is lost, which is never an error. Transient database errors go to the caller.
/// </summary>
sealed class LeaseStore(NpgsqlDataSource db)
{
    /// <summary>
    /// Jobs that this worker can't read, because a newer version enqueued them: claims pass over them, and leave them to newer workers.
    /// No change of a job makes it readable, so a job is here until the process ends.
    /// </summary>
    readonly ConcurrentDictionary<long, string> _unreadable = [];

    /// <inheritdoc cref="BatchTransitions.ClaimAsync"/>
    public async Task<IReadOnlyList<BatchLease>> ClaimAsync(
        string workerId, int limit, TimeSpan ttl, bool idle, LeftOut leftOut, CancellationToken ct)
    {
        // One connection for all claims: the leases have two, and a second one for each unreadable job would soon wait for ever.
        await using var connection = await db.OpenConnectionAsync(ct);
        var leases = new List<BatchLease>();
        // Until each place has a batch that it can read, or none is left: the readable ones may be behind a thousand others.
        while (limit > 0)
        {
            try
            {
                var claimed = await ClaimOnceAsync(connection, workerId, limit, ttl, idle && leases.Count == 0, leftOut, ct);
                leases.AddRange(claimed.OfType<BatchLease>());
                limit = claimed.Count(lease => lease is null);
            }
            catch (Exception e) when (leases.Count > 0 && IsOfConnection(e))
            {
                // The batches that are claimed already must not wait until their leases run out.
                break;
            }
        }

        return leases;
    }

    /// <returns>A lease for each batch that was claimed; null for one that this worker can't read and gave back.</returns>
    async Task<IReadOnlyList<BatchLease?>> ClaimOnceAsync(
        NpgsqlConnection connection, string workerId, int limit, TimeSpan ttl, bool idle, LeftOut leftOut, CancellationToken ct)
    {
        var batches = new BatchTransitions(connection);
        var passedOver = leftOut with { Jobs = [.. leftOut.Jobs, .. _unreadable.Keys] };
        var claimed = await batches.ClaimAsync(workerId, limit, ttl, idle, passedOver, ct);
        var queued = claimed.Where(batch => batch.JobState == JobStates.Queued).Select(batch => batch.JobId).Distinct().Order().ToArray();
        // This is separate from the claim, which must not wait for a job's lock while it holds a batch. After a crash between the two, the
        // job's state is queued although a batch runs, until the job's next claim or its end.
        if (queued.Length > 0) await StartAsync(batches, queued, ct);

        var leases = new List<BatchLease?>();
        foreach (var batch in claimed.OrderBy(batch => batch.BatchId))
        {
            var (spec, unreadable) = StoredSpec.Read(batch.Spec);
            if (spec is null) await LeaveAsync(connection, batch, unreadable!, ct);
            leases.Add(spec is null ? null : new(batch.BatchId, batch.JobId, batch.BatchNo, batch.Attempt, batch.Epoch, batch.LeaseId, spec)
            {
                IsAlone = batch.IsAlone,
                Revision = batch.Revision,
                // A worker's own clock may be a day off, and would end problems for good.
                DeadlineIn = spec.Deadline - new DateTimeOffset(batch.ClaimedAt),
            });
        }

        return leases;
    }

    /// <inheritdoc cref="BatchTransitions.ReserveAsync"/>
    public async Task<bool> ReserveAsync(string workerId, TimeSpan ttl, LeftOut leftOut, CancellationToken ct)
    {
        await using var connection = await db.OpenConnectionAsync(ct);
        return await new BatchTransitions(connection).ReserveAsync(workerId, ttl, leftOut, ct);
    }

    /// <summary>Only people read the state, so a failure here must not lose the claims.</summary>
    static async Task StartAsync(BatchTransitions batches, long[] jobs, CancellationToken ct)
    {
        try
        {
            await batches.StartJobsAsync(jobs, ct);
        }
        catch (NpgsqlException)
        {
            // The next claim of the job, or its end, sets the state.
        }
    }

    /// <summary>
    /// Gives a batch back that this worker can't read, uncounted, and lets later claims pass over its job. In a cancelled job it ends: no
    /// worker may be there that would end it. If that fails, its lease runs out, and the other claims are kept.
    /// </summary>
    async Task LeaveAsync(NpgsqlConnection connection, ClaimedBatch batch, string why, CancellationToken ct)
    {
        _unreadable[batch.JobId] = why;
        try
        {
            await using var transaction = await ReadCommitted.BeginAsync(connection, ct);
            var batches = new BatchTransitions(connection);
            if (await batches.LockJobAsync(batch.JobId, ct) is not { CancelRequested: true })
                await batches.ReleaseAsync(batch.Key, ReleaseReason.LeftToOthers, ct);
            else if (await batches.FailAsync(batch.Key, why, TimeSpan.Zero, jobIsCancelled: true, onlyExpired: false, ct) is not null)
                await batches.EndAsync(batch.JobId, [batch.BatchId], ct);
            await transaction.CommitAsync(ct);
        }
        catch (Exception e) when (IsOfConnection(e))
        {
            // The reaper puts it back.
        }
    }

    // Npgsql says the second of a connection that broke in an earlier statement.
    static bool IsOfConnection(Exception fault) => fault is NpgsqlException or InvalidOperationException;

    /// <inheritdoc cref="BatchTransitions.RenewAsync"/>
    public async Task<LeaseState> RenewAsync(BatchLease lease, TimeSpan ttl, CancellationToken ct)
    {
        await using var connection = await db.OpenConnectionAsync(ct);
        return await new BatchTransitions(connection).RenewAsync(lease, ttl, ct);
    }

    /// <inheritdoc cref="ReleaseAsync(BatchLease, ReleaseReason, CancellationToken)"/>
    public Task<ReleaseState> ReleaseAsync(BatchLease lease, CancellationToken ct) =>
        ReleaseAsync(lease, ReleaseReason.LeftToOthers, ct);

    /// <summary>
    /// Gives the batch back unharmed: available at once, and the attempt is not counted. For <see cref="ReleaseReason.Rewound"/>,
    /// <see cref="ReleaseState.Lost"/> also means that this happened <see cref="BatchTransitions.MostRewinds"/> times before.
    /// </summary>
    public async Task<ReleaseState> ReleaseAsync(BatchLease lease, ReleaseReason reason, CancellationToken ct)
    {
        await using var connection = await db.OpenConnectionAsync(ct);
        await using var transaction = await ReadCommitted.BeginAsync(connection, ct);
        var batches = new BatchTransitions(connection);
        if (await batches.LockJobAsync(lease.JobId, ct) is { CancelRequested: true }) return ReleaseState.CancelRequested;
        if (!await batches.ReleaseAsync(lease.Key, reason, ct)) return ReleaseState.Lost;
        await transaction.CommitAsync(ct);
        return ReleaseState.Released;
    }

    /// <summary>
    /// Ends a failed attempt: the batch is retryable after <paramref name="backoff"/>; or, when its attempts are used up, discarded, with
    /// <paramref name="reason"/> as the error of every problem that has no answer. False: the lease was lost, nothing was written.
    /// </summary>
    public Task<bool> FailAsync(BatchLease lease, string reason, TimeSpan backoff, CancellationToken ct) =>
        FailAsync(lease.JobId, lease.Key, reason, backoff, onlyExpired: false, ct);

    /// <summary>The wait before the next attempt at a batch whose lease ran out, from the second time on.</summary>
    public static Backoff ReapBackoff { get; } = new(TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(30));

    /// <summary>
    /// Ends the attempts whose lease ran out, as <see cref="FailAsync(BatchLease, string, TimeSpan, CancellationToken)"/> does. Any number
    /// of workers may reap at once.
    /// </summary>
    /// <param name="refused">
    /// Called for each batch that the database refuses to end: that batch stays for the next call, and the batches after it are reaped.
    /// Null: a refusal ends the call.
    /// </param>
    /// <returns>How many batches this call took from their holders.</returns>
    public async Task<int> ReapAsync(CancellationToken ct, Action<long, PostgresException>? refused = null)
    {
        var reaped = 0;
        var stuck = new HashSet<long>();
        await foreach (var batch in ExpiredAsync(ct))
        {
            var reason = $"the lease of worker '{batch.Owner}' ran out on attempt {batch.Attempt}: the worker died or lost the database";
            // The first crash says little about the batch, so it keeps its place and another worker takes over at once; then 1, 2, 4 ... up
            // to 30 seconds.
            var backoff = ReapBackoff.After(batch.Attempt - 1);
            // A job whose row was not free is not waited for again: a hundred of its batches must not hold up those behind them.
            TimeSpan? wait = refused is null ? null : stuck.Contains(batch.JobId) ? LockWait.Least : LockWait.Short;
            // A lease that was renewed or taken since the query is left alone: the statement checks epoch and expiry again under the lock.
            try
            {
                if (await FailAsync(batch.JobId, batch.Key, reason, backoff, onlyExpired: true, ct, wait)) reaped++;
            }
            catch (PostgresException e) when (refused is not null && !DatabaseFaults.IsUnavailable(e))
            {
                if (e.SqlState == PostgresErrorCodes.LockNotAvailable) stuck.Add(batch.JobId);
                refused(batch.BatchId, e);
            }
        }
        return reaped;
    }

    /// <summary>All batches whose lease ran out, page by page: those that can't be ended hide none behind them.</summary>
    async IAsyncEnumerable<ExpiredBatch> ExpiredAsync([EnumeratorCancellation] CancellationToken ct)
    {
        var after = 0L;
        while (true)
        {
            IReadOnlyList<ExpiredBatch> page;
            await using (var connection = await db.OpenConnectionAsync(ct))
                page = await new BatchTransitions(connection).ExpiredAsync(after, ct);
            if (page.Count == 0) yield break;
            foreach (var batch in page) yield return batch;
            after = page[^1].BatchId;
        }
    }

    // One transaction: a crash anywhere in it leaves the batch running until its lease runs out.
    async Task<bool> FailAsync(
        long jobId, LeaseKey lease, string reason, TimeSpan backoff, bool onlyExpired, CancellationToken ct, TimeSpan? wait = null)
    {
        await using var connection = await db.OpenConnectionAsync(ct);
        await using var transaction = await ReadCommitted.BeginAsync(connection, ct);
        var batches = new BatchTransitions(connection);
        var jobIsCancelled = await batches.LockJobAsync(jobId, ct, wait) is { CancelRequested: true };
        var text = PostgresText.Clean(reason);
        var state = await batches.FailAsync(lease, text, backoff, jobIsCancelled, onlyExpired, ct);
        if (state is null) return false;
        if (state is BatchStates.Discarded) await new ErrorResults(connection).InsertAsync(lease.BatchId, text, ct);
        if (state is BatchStates.Discarded or BatchStates.Cancelled) await batches.EndAsync(jobId, [lease.BatchId], ct);
        await transaction.CommitAsync(ct);
        return true;
    }
}
