using Dapper;
using Npgsql;
using RebaseBatch.Platform.Postgres;

namespace RebaseBatch.Durable.Batches;

/// <summary>
/// Every statement that writes <c>batches.state</c>, each within the transaction, if any, that the caller has open on
/// <paramref name="connection"/>:
/// <code>
/// insert:          available
/// claim:           available, retryable -> running
/// renew:           running -> running
/// release:         running -> available
/// complete:        running -> completed
/// cancel:          running (by its holder), available, retryable (by the user) -> cancelled
/// fail, reap:      running -> retryable; out of attempts: discarded; in a cancelled job: cancelled
/// retry:           discarded, cancelled, completed with failed problems -> available
/// </code>
/// A transition that can end a batch runs in three steps: <see cref="LockJobAsync"/>, then the fenced change of the batch, then
/// <see cref="EndAsync"/>; or, all in one round trip, <see cref="LockFirst"/>, a statement with <see cref="Ended"/>, and
/// <see cref="EndJobAtLast"/>. The job's lock makes the endings of one job follow each other: of two last batches exactly one sees that no
/// other is left. Lock order is job, then batch.
/// </summary>
sealed partial class BatchTransitions(NpgsqlConnection connection)
{
    // NO KEY: rows that refer to the job (checkpoints, answers) must not wait for it.
    const string LockJob = $"""
        SELECT state AS "State", cancel_requested AS "CancelRequested" FROM jobs
        WHERE job_id = @JobId AND {LockWait.LimitedTo}
        FOR NO KEY UPDATE
        """;

    const string LockJobFirst = $"SELECT 1 FROM jobs WHERE job_id = $1 AND {LockWait.Limited} FOR NO KEY UPDATE";

    const string BatchFiles = """
        INSERT INTO outbox (job_id, batch_no)
        SELECT b.job_id, b.batch_no FROM batches b
        WHERE b.batch_id = ANY(@BatchIds) AND EXISTS (SELECT 1 FROM answers a WHERE a.batch_id = b.batch_id)
        """;

    static readonly string s_endJob = EndJobOf("@JobId");
    static readonly string s_endJobLast = EndJobOf("$1");

    static string EndJobOf(string job) => $"""
        WITH ended AS (
            UPDATE jobs
            SET state = CASE WHEN cancel_requested THEN '{JobStates.Cancelled}' ELSE '{JobStates.Completed}' END, finished_at = now(),
                paused_at = NULL
            WHERE job_id = {job} AND state IN {JobStates.Unfinished} AND NOT EXISTS (
                SELECT 1 FROM batches WHERE job_id = {job} AND state IN {BatchStates.Unfinished})
            RETURNING job_id)
        INSERT INTO outbox (job_id, batch_no) SELECT job_id, 0 FROM ended
        """;

    /// <summary>Waits for the job's lock, which the transaction then holds to its end; null when there is no such job.</summary>
    /// <param name="wait">The longest wait for this and for every later lock of the transaction; null for the usual.</param>
    /// <exception cref="PostgresException">55P03: another session holds the lock.</exception>
    public Task<JobLock?> LockJobAsync(long jobId, CancellationToken ct, TimeSpan? wait = null) =>
        connection.QuerySingleOrDefaultAsync<JobLock>(new CommandDefinition(
            LockJob, new { JobId = jobId, LockWait = LockWait.Of(wait ?? LockWait.Usual) }, cancellationToken: ct));

    /// <summary>The first of the statements that end batches of the job in one round trip: waits for the job's lock as usual.</summary>
    public static NpgsqlBatchCommand LockFirst(long jobId) => Of(LockJobFirst, jobId);

    /// <summary>The last of these statements: when no batch of the job is left, ends the job and orders its summary.</summary>
    public static NpgsqlBatchCommand EndJobAtLast(long jobId) => Of(s_endJobLast, jobId);

    /// <summary>
    /// Orders the result files of batches that just ended; those without any answer get none. When no batch of the job is left, ends the
    /// job and orders its summary.
    /// </summary>
    public async Task EndAsync(long jobId, IReadOnlyList<long> batchIds, CancellationToken ct)
    {
        await connection.ExecuteAsync(new CommandDefinition(BatchFiles, new { BatchIds = batchIds.ToArray() },
            commandTimeout: StatementLimit.Of(connection, batchIds.Count), cancellationToken: ct));
        await ExecuteAsync(s_endJob, new { JobId = jobId }, ct);
    }

    static NpgsqlBatchCommand Of(string sql, long jobId) => new(sql) { Parameters = { new NpgsqlParameter<long> { TypedValue = jobId } } };

    /// <returns>How many rows the statement changed.</returns>
    Task<int> ExecuteAsync(string sql, object parameters, CancellationToken ct) =>
        connection.ExecuteAsync(new CommandDefinition(sql, parameters, cancellationToken: ct));
}
