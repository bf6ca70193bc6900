using Dapper;
using Npgsql;
using RebaseBatch.Durable.Batches;
using RebaseBatch.Durable.Events;
using RebaseBatch.Platform.Postgres;

namespace RebaseBatch.Durable.Jobs;

/// <summary>
/// Releases jobs whose turn has come because the jobs before them have ended, and cancels those whose turn can't come. Everything follows
/// from the stored states: after a crash at any moment the next call of any process does what is left. Of two calls at the same moment the
/// later one finds nothing to do.
/// </summary>
/// <param name="by">Who does it; null: the user of this process.</param>
sealed class WaitingJobs(NpgsqlDataSource db, Actor? by = null)
{
    const string Due = $"""
        SELECT j.job_id FROM jobs j
        WHERE j.waiting AND j.job_id > @Above
          AND (@Of::bigint IS NULL OR EXISTS (SELECT FROM job_waits w WHERE w.job_id = j.job_id AND w.after_job = @Of))
          AND (j.state IN {JobStates.Ended}
            OR NOT EXISTS (
                SELECT FROM job_waits w JOIN jobs d ON d.job_id = w.after_job
                WHERE w.job_id = j.job_id AND d.state IN {JobStates.Unfinished})
            OR EXISTS (
                SELECT FROM job_waits w JOIN jobs d ON d.job_id = w.after_job LEFT JOIN job_sums s ON s.job_id = d.job_id
                WHERE w.job_id = j.job_id AND NOT w.any_end AND d.state IN {JobStates.Ended}
                    AND (d.state = '{JobStates.Cancelled}' OR s.failed > 0)))
        ORDER BY j.job_id LIMIT 100
        """;

    // Its submission: the first sweep that it belongs to, or itself.
    const string Waiting = """
        SELECT coalesce((SELECT min(m.sweep_id) FROM sweep_jobs m WHERE m.job_id = j.job_id), -j.job_id)
        FROM jobs j WHERE j.job_id = @JobId AND j.waiting
        """;

    /// <summary>
    /// Settles all that can be settled now; a cancelled job's followers as well. A job that another session holds is left for the next
    /// call: it must not keep the others from their turn.
    /// </summary>
    public async Task<IReadOnlyList<SettledJob>> SettleAsync(CancellationToken ct)
    {
        var (all, turns) = (new List<SettledJob>(), new Turns());
        // A job that was cancelled may be what others waited for: they come with the next look.
        while (await SettleDueAsync(of: null, turns, ct) is { Count: > 0 } settled) all.AddRange(settled);
        return all;
    }

    /// <summary>The same for the jobs that wait for this one, and for those that wait for one of them that is cancelled.</summary>
    public async Task SettleFollowersAsync(long jobId, CancellationToken ct)
    {
        var (ended, turns) = (new Queue<long>([jobId]), new Turns());
        while (ended.TryDequeue(out var job))
            foreach (var one in await SettleDueAsync(job, turns, ct))
                if (one.Reason is not null) ended.Enqueue(one.JobId);
    }

    /// <summary>Whether a job that waits for this one could be settled now.</summary>
    public static async Task<bool> HasDueFollowerAsync(NpgsqlConnection connection, long jobId, CancellationToken ct) =>
        (await DueAsync(connection, jobId, above: 0, ct)).Count > 0;

    async Task<IReadOnlyList<SettledJob>> SettleDueAsync(long? of, Turns turns, CancellationToken ct)
    {
        var settled = new List<SettledJob>();
        var above = 0L;
        while (await DueAsync(of, above, ct) is { Count: > 0 } due)
        {
            foreach (var job in due)
                if (await TrySettleAsync(job, turns, ct) is { } one) settled.Add(one);
            above = due[^1];
        }

        return settled;
    }

    async Task<IReadOnlyList<long>> DueAsync(long? of, long above, CancellationToken ct)
    {
        await using var connection = await db.OpenConnectionAsync(ct);
        return await DueAsync(connection, of, above, ct);
    }

    static async Task<IReadOnlyList<long>> DueAsync(NpgsqlConnection connection, long? of, long above, CancellationToken ct) =>
        (await connection.QueryAsync<long>(
            new CommandDefinition(Due, new { Of = of, Above = above }, cancellationToken: ct))).AsList();

    async Task<SettledJob?> TrySettleAsync(long jobId, Turns turns, CancellationToken ct)
    {
        try
        {
            return await SettleAsync(jobId, turns, ct);
        }
        catch (PostgresException e) when (e.SqlState == PostgresErrorCodes.LockNotAvailable)
        {
            return null;
        }
    }

    // One transaction: a crash in it leaves the job waiting.
    async Task<SettledJob?> SettleAsync(long jobId, Turns turns, CancellationToken ct)
    {
        await using var connection = await db.OpenConnectionAsync(ct);
        await using var transaction = await ReadCommitted.BeginAsync(connection, ct);
        var batches = new BatchTransitions(connection);
        if (await batches.LockJobAsync(jobId, ct, LockWait.Short) is not { } job) return null;
        if (await connection.ExecuteScalarAsync<long?>(new CommandDefinition(Waiting, new { JobId = jobId }, cancellationToken: ct))
            is not { } submission) return null;
        var waits = new JobWaits(connection);
        await waits.SetWaitingAsync(jobId, waiting: false, ct);
        var settled = job.State is JobStates.Queued or JobStates.Running
            ? await SettleAsync(connection, batches, waits, jobId, turns.Of(submission), ct) : null;
        await transaction.CommitAsync(ct);
        return settled;
    }

    async Task<SettledJob?> SettleAsync(
        NpgsqlConnection connection, BatchTransitions batches, JobWaits waits, long jobId, SubmissionTurns turns, CancellationToken ct)
    {
        var awaited = await waits.AwaitedAsync(jobId, ct);
        var events = new EventLog(connection, by ?? Actor.OfProcess);
        if (awaited.FirstOrDefault(other => other.WentWrong) is { } wrong)
        {
            var reason = $"it waited for job {wrong.JobId}, and {wrong.End}";
            var cancelled = await batches.CancelWaitingAsync(jobId, ct);
            await batches.ExplainAsync(jobId, reason, ct);
            await batches.EndAsync(jobId, cancelled, ct);
            await events.OfJobAsync(jobId, Deeds.Cancelled, reason, ct);
            return new(jobId, reason);
        }

        // One was retried since the job was found: it waits on.
        if (awaited.Any(other => !other.HasEnded))
        {
            await waits.SetWaitingAsync(jobId, waiting: true, ct);
            return null;
        }

        await batches.ReleaseHeldAsync(jobId, turns, ct);
        await events.OfJobAsync(jobId, Deeds.Released, "all that it waited for has ended", ct);
        await connection.ExecuteAsync(new CommandDefinition(EnqueueListener.Announce, new { JobId = jobId }, cancellationToken: ct));
        return new(jobId, Reason: null);
    }

    // Jobs of one sweep that are released together come after one another, as they were enqueued.
    sealed class Turns
    {
        readonly Dictionary<long, SubmissionTurns> _bySubmission = [];

        public SubmissionTurns Of(long submission)
        {
            if (!_bySubmission.TryGetValue(submission, out var turns)) _bySubmission[submission] = turns = new();
            return turns;
        }
    }
}
