using System.Globalization;
using Dapper;
using Npgsql;
using RebaseBatch.Contracts;
using RebaseBatch.Durable.Batches;
using RebaseBatch.Platform.Errors;

namespace RebaseBatch.Durable.Jobs;

/// <summary>Which job waits for which, in the transaction that the caller has open on <paramref name="connection"/>.</summary>
sealed class JobWaits(NpgsqlConnection connection)
{
    const string SweepJobs = "SELECT job_id FROM sweep_jobs WHERE sweep_id = @SweepId ORDER BY job_id";

    const string Named = """
        SELECT j.job_id AS "JobId", j.state AS "State", coalesce(s.failed, 0)::int AS "Failed", false AS "AnyEnd"
        FROM jobs j LEFT JOIN job_sums s USING (job_id) WHERE j.job_id = ANY(@Jobs) ORDER BY j.job_id
        """;

    // A job that is gone had ended as it should: a deletion judges those that wait for the job first.
    const string WaitedFor = """
        SELECT j.job_id AS "JobId", j.state AS "State", coalesce(s.failed, 0)::int AS "Failed", w.any_end AS "AnyEnd"
        FROM job_waits w JOIN jobs j ON j.job_id = w.after_job LEFT JOIN job_sums s ON s.job_id = j.job_id
        WHERE w.job_id = @JobId ORDER BY j.job_id
        """;

    const string Insert = """
        INSERT INTO job_waits (job_id, after_job, any_end) SELECT @JobId, after_job, @AnyEnd FROM unnest(@Jobs) AS t(after_job)
        """;

    const string SetWaiting = "UPDATE jobs SET waiting = @Waiting WHERE job_id = @JobId";

    /// <summary>The sweep's jobs, as numbers for <see cref="JobAfter"/>.</summary>
    /// <exception cref="UserException">NotFound: no such sweep.</exception>
    public async Task<IReadOnlyList<long>> JobsOfSweepAsync(long sweepId, CancellationToken ct)
    {
        var jobs = (await connection.QueryAsync<long>(
            new CommandDefinition(SweepJobs, new { SweepId = sweepId }, cancellationToken: ct))).AsList();
        return jobs.Count > 0 ? jobs : throw NotFound.Sweep(sweepId);
    }

    /// <summary>Checks that a new job can wait for these.</summary>
    /// <exception cref="UserException">NotFound: there is no such job. BadInput: one has ended otherwise than it must.</exception>
    public async Task CheckAsync(JobAfter after, CancellationToken ct)
    {
        var found = (await connection.QueryAsync<Awaited>(
            new CommandDefinition(Named, new { Jobs = after.Jobs.ToArray() }, cancellationToken: ct))).AsList();
        foreach (var job in after.Jobs)
            if (found.TrueForAll(row => row.JobId != job)) throw NotFound.Job(job);
        if (!after.AnyEnd && found.Find(row => row.WentWrong) is { } wrong)
            throw new UserException(ExitCode.BadInput, $"{wrong.End}, so that what waits for it would be cancelled at once: "
                + $"'rebase jobs retry {wrong.JobId}' first, or --after-any to run after any end");
    }

    /// <summary>Lets the job wait; its batches are held back until all of the others have ended.</summary>
    public async Task AddAsync(long jobId, JobAfter after, CancellationToken ct)
    {
        if (after.Jobs.Count == 0) return;
        await ExecuteAsync(Insert, new { JobId = jobId, Jobs = after.Jobs.Distinct().ToArray(), after.AnyEnd }, ct);
        // One may have gone wrong since the check: then the next round of any worker cancels the job, and until then nobody may run it.
        await HoldAsync(jobId, row => !row.HasEnded || row.WentWrong, ct);
    }

    /// <summary>Holds the job's batches back if one of the jobs that it was enqueued after has not ended.</summary>
    public Task HoldAsync(long jobId, CancellationToken ct) => HoldAsync(jobId, row => !row.HasEnded, ct);

    async Task HoldAsync(long jobId, Func<Awaited, bool> isReason, CancellationToken ct)
    {
        // One that ends at this moment and is read as unfinished: the next round of any worker releases the job (WaitingJobs).
        var waits = (await AwaitedAsync(jobId, ct)).Any(isReason);
        await SetWaitingAsync(jobId, waits, ct);
        if (waits) await new BatchTransitions(connection).HoldAsync(jobId, ct);
    }

    /// <summary>The jobs that this one was enqueued after, as far as they are there.</summary>
    public async Task<IReadOnlyList<Awaited>> AwaitedAsync(long jobId, CancellationToken ct) =>
        (await connection.QueryAsync<Awaited>(new CommandDefinition(WaitedFor, new { JobId = jobId }, cancellationToken: ct))).AsList();

    public Task SetWaitingAsync(long jobId, bool waiting, CancellationToken ct) =>
        ExecuteAsync(SetWaiting, new { JobId = jobId, Waiting = waiting }, ct);

    Task<int> ExecuteAsync(string sql, object parameters, CancellationToken ct) =>
        connection.ExecuteAsync(new CommandDefinition(sql, parameters, cancellationToken: ct));

    /// <summary>A job that another one waits for.</summary>
    internal sealed record Awaited
    {
        public required long JobId { get; init; }

        public required string State { get; init; }

        public required int Failed { get; init; }

        public required bool AnyEnd { get; init; }

        public bool HasEnded => StoredNames.Parse<JobState>(State) is JobState.Completed or JobState.Cancelled;

        /// <summary>Whether what waits for it is cancelled.</summary>
        public bool WentWrong => HasEnded && !AnyEnd && (Failed > 0 || StoredNames.Parse<JobState>(State) is JobState.Cancelled);

        /// <summary>How it ended, in words.</summary>
        public string End => StoredNames.Parse<JobState>(State) is JobState.Cancelled
            ? string.Create(CultureInfo.InvariantCulture, $"job {JobId} was cancelled")
            : string.Create(CultureInfo.InvariantCulture,
                $"job {JobId} ended with {Failed} failed problem{(Failed == 1 ? "" : "s")}");
    }
}
