using Dapper;

namespace RebaseBatch.Durable.Batches;

/// <content>Hold back and release the batches of a job that waits for others. Their state stays: they are due later, or now.</content>
sealed partial class BatchTransitions
{
    // No claim takes what is due at infinity, and it counts as work for later.
    const string Hold = $"UPDATE batches SET run_at = 'infinity' WHERE job_id = @JobId AND state IN {BatchStates.Claimable}";

    const string Explain = $"""
        UPDATE batches SET last_error = @Reason WHERE job_id = @JobId AND state = '{BatchStates.Cancelled}' AND last_error IS NULL
        """;

    /// <summary>Lets no worker claim the job's batches that nobody holds, until <see cref="ReleaseHeldAsync"/>.</summary>
    public Task HoldAsync(long jobId, CancellationToken ct) => ExecuteJobAsync(Hold, new { JobId = jobId }, ct);

    /// <summary>Makes the batches that <see cref="HoldAsync"/> held back due now, where their line stands now.</summary>
    /// <param name="turns">Of the jobs that came with it.</param>
    public Task ReleaseHeldAsync(long jobId, SubmissionTurns turns, CancellationToken ct) => RequeueAsync(jobId, turns, release: true, ct);

    /// <summary>Gives the job's cancelled batches a reason, where they have none.</summary>
    public Task ExplainAsync(long jobId, string reason, CancellationToken ct) =>
        ExecuteJobAsync(Explain, new { JobId = jobId, Reason = reason }, ct);

    Task<int> ExecuteJobAsync(string sql, object parameters, CancellationToken ct) => connection.ExecuteAsync(new CommandDefinition(
        sql, parameters, commandTimeout: Platform.Postgres.StatementLimit.OfWholeJob(connection), cancellationToken: ct));
}
