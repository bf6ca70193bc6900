using Dapper;
using Npgsql;
using RebaseBatch.Contracts;
using RebaseBatch.Durable.Leases;
using RebaseBatch.Platform.Errors;

namespace RebaseBatch.Durable.Jobs;

/// <summary>What people do with jobs: enqueue, cancel and retry them. Each is one transaction.</summary>
sealed class JobStore(NpgsqlDataSource db)
{
    const string LockJob = "SELECT state FROM jobs WHERE job_id = @JobId FOR NO KEY UPDATE";

    const string RequestCancel = "UPDATE jobs SET cancel_requested = true WHERE job_id = @JobId";

    // Waits for a claim under way and then leaves that batch to its holder, who learns of it at the next renewal.
    const string CancelWaiting = """
        UPDATE batches SET state = 'cancelled', finished_at = now()
        WHERE job_id = @JobId AND state IN ('available', 'retryable')
        RETURNING batch_id
        """;

    // While a cancellation is under way there is nothing to put back: the workers end the running batches first.
    const string PutBack = """
        UPDATE batches b
        SET state = 'available', attempt = 0, fruitless = 0, run_at = now(), finished_at = NULL, last_error = NULL
        FROM jobs j
        WHERE b.job_id = @JobId AND j.job_id = b.job_id AND NOT (j.cancel_requested AND j.state IN ('queued', 'running'))
          AND (b.state IN ('discarded', 'cancelled')
               OR b.state = 'completed' AND EXISTS (SELECT 1 FROM answers a WHERE a.batch_id = b.batch_id AND a.failed))
        RETURNING b.batch_id, b.batch_no
        """;

    const string DeleteFailed = """
        WITH failed AS (DELETE FROM answers WHERE batch_id = ANY(@BatchIds) AND failed RETURNING problem_id)
        DELETE FROM usage u USING failed f WHERE u.problem_id = f.problem_id
        """;

    // The files of the earlier end are void, the summary's (0) too. They stay where they are, but no row names them any more.
    const string VoidFiles = """
        WITH due AS (DELETE FROM outbox WHERE job_id = @JobId AND (batch_no = 0 OR batch_no = ANY(@BatchNos)))
        DELETE FROM blobs WHERE job_id = @JobId AND (batch_no = 0 OR batch_no = ANY(@BatchNos))
        """;

    const string Reopen = """
        UPDATE jobs SET state = CASE state WHEN 'running' THEN 'running' ELSE 'queued' END, cancel_requested = false, finished_at = NULL
        WHERE job_id = @JobId
        """;

    /// <summary>Stores a job, cut into batches, and announces it to waiting workers. Nothing is stored when anything is wrong with it.</summary>
    /// <param name="origin">Where its inputs came from; nothing is known of them without.</param>
    /// <returns>The job's id.</returns>
    /// <exception cref="UserException">The spec can't be run, there is no problem, or a custom id occurs twice.</exception>
    public async Task<long> EnqueueAsync(JobSpec spec, IReadOnlyList<ProblemSpec> problems, CancellationToken ct, JobOrigin? origin = null)
    {
        await using var connection = await db.OpenConnectionAsync(ct);
        await using var transaction = await connection.BeginTransactionAsync(ct);
        var jobId = await new JobInsert(connection).InsertAsync(spec, problems, JobInputs.Of(spec, problems, origin ?? new()), closesAt: null, ct);
        await transaction.CommitAsync(ct);
        return jobId;
    }

    /// <summary>Cancels what has not begun, at once; running batches end at their next renewal. The job is cancelled when none is left.</summary>
    /// <returns>Null: no such job; false: it has ended already; true: it is cancelled, or will be.</returns>
    public async Task<bool?> CancelAsync(long jobId, CancellationToken ct)
    {
        await using var connection = await db.OpenConnectionAsync(ct);
        await using var transaction = await connection.BeginTransactionAsync(ct);
        switch (await connection.ExecuteScalarAsync<string?>(new CommandDefinition(LockJob, new { JobId = jobId }, cancellationToken: ct)))
        {
            case null: return null;
            case "completed" or "cancelled": return false;
        }
        await connection.ExecuteAsync(new CommandDefinition(RequestCancel, new { JobId = jobId }, cancellationToken: ct));
        var batchIds = (await connection.QueryAsync<long>(new CommandDefinition(CancelWaiting, new { JobId = jobId }, cancellationToken: ct))).AsList();
        await new BatchEnding(connection, jobId).EndAsync(batchIds, ct);
        await transaction.CommitAsync(ct);
        return true;
    }

    /// <summary>
    /// Puts discarded and cancelled batches, and those with failed problems, back into the queue: their errors are deleted, their stored
    /// steps stay, so that searches go on where they stopped.
    /// </summary>
    /// <returns>Null: no such job; else how many batches were put back, 0 while a cancellation is under way.</returns>
    public async Task<int?> RetryAsync(long jobId, CancellationToken ct)
    {
        await using var connection = await db.OpenConnectionAsync(ct);
        await using var transaction = await connection.BeginTransactionAsync(ct);
        if (await connection.ExecuteScalarAsync<string?>(new CommandDefinition(LockJob, new { JobId = jobId }, cancellationToken: ct)) is null) return null;
        var batches = (await connection.QueryAsync<(long Id, int No)>(new CommandDefinition(PutBack, new { JobId = jobId }, cancellationToken: ct))).AsList();
        if (batches.Count == 0) return 0;
        await connection.ExecuteAsync(new CommandDefinition(
            DeleteFailed, new { BatchIds = batches.Select(b => b.Id).ToArray() }, cancellationToken: ct));
        await connection.ExecuteAsync(new CommandDefinition(
            VoidFiles, new { JobId = jobId, BatchNos = batches.Select(b => b.No).ToArray() }, cancellationToken: ct));
        await connection.ExecuteAsync(new CommandDefinition(Reopen, new { JobId = jobId }, cancellationToken: ct));
        await connection.ExecuteAsync(new CommandDefinition(EnqueueListener.Announce, new { JobId = jobId }, cancellationToken: ct));
        await transaction.CommitAsync(ct);
        return batches.Count;
    }

    /// <summary>The newest jobs first.</summary>
    public Task<IReadOnlyList<JobRow>> ListAsync(int limit, CancellationToken ct, long? sweepId = null) => new JobQueries(db).ListAsync(limit, sweepId, ct);

    /// <summary>Where the job stands; null when there is no such job. Cheap enough to ask every second.</summary>
    public Task<JobProgress?> ProgressAsync(long jobId, CancellationToken ct) => new JobQueries(db).ProgressAsync(jobId, ct);
}
