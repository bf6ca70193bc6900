using Dapper;
using RebaseBatch.Platform.Postgres;

namespace RebaseBatch.Durable.Batches;

/// <content>Insert, cancel, retry: what users do with a job's batches.</content>
sealed partial class BatchTransitions
{
    const string Insert = $"""
        INSERT INTO batches (job_id, batch_no, max_attempts, state)
        SELECT @JobId, no, @MaxAttempts, '{BatchStates.Available}' FROM generate_series(1, @Batches) no
        ORDER BY no
        RETURNING batch_id, batch_no
        """;

    const string RequestCancel = "UPDATE jobs SET cancel_requested = true WHERE job_id = @JobId";

    // Waits for a claim that is under way, and then leaves that batch to its holder. The next renewal tells the holder about the
    // cancellation.
    const string CancelWaiting = $"""
        UPDATE batches SET state = '{BatchStates.Cancelled}', finished_at = now()
        WHERE job_id = @JobId AND state IN {BatchStates.Claimable}
        RETURNING batch_id
        """;

    // While a cancellation is under way there is nothing to put back: the workers end the running batches first.
    const string Retry = $"""
        UPDATE batches b
        SET state = '{BatchStates.Available}', attempt = 0, fruitless = 0, alone = false, run_at = now(), finished_at = NULL,
            last_error = NULL
        FROM jobs j
        WHERE b.job_id = @JobId AND j.job_id = b.job_id AND NOT (j.cancel_requested AND j.state IN {JobStates.Unfinished})
          AND (b.state IN ('{BatchStates.Discarded}', '{BatchStates.Cancelled}')
               OR b.state = '{BatchStates.Completed}' AND EXISTS (
                   SELECT 1 FROM problems p LEFT JOIN answers a USING (problem_id)
                   WHERE p.batch_id = b.batch_id AND a.failed IS NOT FALSE))
        RETURNING b.batch_id, b.batch_no
        """;

    const string ReopenJob = $"""
        UPDATE jobs SET state = CASE state WHEN '{JobStates.Running}' THEN '{JobStates.Running}' ELSE '{JobStates.Queued}' END,
            cancel_requested = false, finished_at = NULL
        WHERE job_id = @JobId
        """;

    /// <summary>Stores the batches of a new job, numbered from 1.</summary>
    /// <returns>Their ids, in order of their numbers.</returns>
    public async Task<long[]> InsertAsync(long jobId, int batches, int maxAttempts, CancellationToken ct)
    {
        var rows = await QueryJobAsync<(long Id, int No)>(Insert, new { JobId = jobId, MaxAttempts = maxAttempts, Batches = batches }, ct);
        return [.. rows.OrderBy(row => row.No).Select(row => row.Id)];
    }

    /// <summary>Requests the job's cancellation, and cancels its batches that nobody holds.</summary>
    /// <returns>The ids of those batches.</returns>
    public async Task<IReadOnlyList<long>> CancelWaitingAsync(long jobId, CancellationToken ct)
    {
        await ExecuteAsync(RequestCancel, new { JobId = jobId }, ct);
        return await QueryJobAsync<long>(CancelWaiting, new { JobId = jobId }, ct);
    }

    /// <summary>
    /// Puts discarded and cancelled batches, and completed ones with failed problems, back into the queue. A completed batch with a problem
    /// that has no answer, as <c>db verify</c> finds it, goes back as well.
    /// </summary>
    /// <returns>Those batches; none while a cancellation is under way.</returns>
    public Task<IReadOnlyList<(long Id, int No)>> RetryAsync(long jobId, CancellationToken ct) =>
        QueryJobAsync<(long Id, int No)>(Retry, new { JobId = jobId }, ct);

    /// <summary>Opens the job again after its batches were put back.</summary>
    public Task ReopenJobAsync(long jobId, CancellationToken ct) => ExecuteAsync(ReopenJob, new { JobId = jobId }, ct);

    async Task<IReadOnlyList<T>> QueryJobAsync<T>(string sql, object parameters, CancellationToken ct) =>
        (await connection.QueryAsync<T>(new CommandDefinition(
            sql, parameters, commandTimeout: StatementLimit.OfWholeJob(connection), cancellationToken: ct))).AsList();
}
