using Dapper;
using Npgsql;
using RebaseBatch.Contracts;
using RebaseBatch.Durable.Batches;
using RebaseBatch.Durable.Events;
using RebaseBatch.Durable.Results;
using RebaseBatch.Platform.Errors;
using RebaseBatch.Platform.Postgres;

namespace RebaseBatch.Durable.Jobs;

/// <summary>
/// What users do with jobs: enqueue, cancel and retry them. Each is one transaction, with the event that says who did it.
/// </summary>
/// <param name="by">Who does it; null: the user of this process.</param>
sealed class JobStore(NpgsqlDataSource db, Actor? by = null)
{
    // Of all jobs that are retried by this store: one command.
    readonly SubmissionTurns _turns = new();

    // The files of the earlier end are no longer valid, nor is the summary's (0). They stay where they are, but no row names them.
    const string VoidFiles = """
        WITH due AS (DELETE FROM outbox WHERE job_id = @JobId AND (batch_no = 0 OR batch_no = ANY(@BatchNos)))
        DELETE FROM blobs WHERE job_id = @JobId AND (batch_no = 0 OR batch_no = ANY(@BatchNos))
        """;

    // Steps that retention deleted can't be resumed: such a search begins anew, and so do its sums.
    const string ForgetPruned = """
        DELETE FROM searches s USING problems p
        WHERE p.problem_id = s.problem_id AND p.batch_id = ANY(@BatchIds) AND s.nodes_pruned_at IS NOT NULL
          AND NOT EXISTS (SELECT 1 FROM answers a WHERE a.problem_id = p.problem_id)
        """;

    /// <summary>Stores a job, cut into batches, and wakes waiting workers. If anything is wrong with the job, nothing is stored.</summary>
    /// <param name="origin">Where its inputs came from; null when that is not known.</param>
    /// <param name="tags">None if not given.</param>
    /// <returns>The job's id.</returns>
    /// <exception cref="UserException">The spec is not valid, there is no problem, or a custom id occurs twice.</exception>
    public async Task<long> EnqueueAsync(JobSpec spec, IReadOnlyList<ProblemSpec> problems, CancellationToken ct, JobOrigin? origin = null,
        TagSet? tags = null) =>
        (await EnqueueAsync(spec, problems, new JobOrder { Origin = origin ?? new(), Tags = tags ?? TagSet.None }, ct)).JobId;

    /// <summary>The same for a job that must be the only one of its kind, or waits for others.</summary>
    /// <exception cref="UserException">
    /// As above; NotFound: it would wait for a job that is not there; BadInput: for one that has ended otherwise than it must.
    /// </exception>
    public async Task<EnqueuedJob> EnqueueAsync(
        JobSpec spec, IReadOnlyList<ProblemSpec> problems, JobOrder order, CancellationToken ct)
    {
        await using var connection = await db.OpenConnectionAsync(ct);
        await using var transaction = await ReadCommitted.BeginAsync(connection, ct);
        var inputs = JobInputs.Of(spec, problems, order.Origin);
        if (await FindAsync(connection, order, inputs, ct) is { } there) return there;
        var waits = new JobWaits(connection);
        await waits.CheckAsync(order.After, ct);
        var jobId = await new JobInsert(connection, by).InsertAsync(spec, problems, inputs, closesAt: null, ct, order.Tags);
        if (order.UniqueKey is { } key) await HeldJobs.GiveKeyAsync(connection, jobId, key, ct);
        await waits.AddAsync(jobId, order.After, ct);
        await transaction.CommitAsync(ct);
        return new(jobId, IsNew: true);
    }

    /// <summary>The numbers of a sweep's jobs.</summary>
    /// <exception cref="UserException">NotFound: no such sweep.</exception>
    public async Task<IReadOnlyList<long>> JobsOfSweepAsync(long sweepId, CancellationToken ct)
    {
        await using var connection = await db.OpenConnectionAsync(ct);
        return await new JobWaits(connection).JobsOfSweepAsync(sweepId, ct);
    }

    static async Task<EnqueuedJob?> FindAsync(NpgsqlConnection connection, JobOrder order, JobInputs inputs, CancellationToken ct)
    {
        if (!order.IsUnique && order.UniqueKey is null) return null;
        await HeldJobs.LockAsync(connection, ct);
        if (order.UniqueKey is { } key && await HeldJobs.OfKeyAsync(connection, key, ct) is var (job, sha256))
            return new(job, IsNew: false, HasSameInputs: sha256 == inputs.InputsSha256);
        return order.IsUnique && (await HeldJobs.OfInputsAsync(connection, [inputs], ct)).TryGetValue(inputs.InputsSha256, out var same)
            ? new(same, IsNew: false) : null;
    }

    /// <summary>
    /// Cancels waiting batches at once; running ones end at their next renewal. The job is cancelled when no batch is left, and with it
    /// what waits for it.
    /// </summary>
    /// <returns>Null: no such job; false: it has ended already; true: it is cancelled, or will be.</returns>
    public async Task<bool?> CancelAsync(long jobId, CancellationToken ct)
    {
        var cancelled = await CancelAloneAsync(jobId, ct);
        // Also without a worker. After a crash before this, and for a job that another session holds, the next round of any worker does it.
        if (cancelled is true) await new WaitingJobs(db, by).SettleFollowersAsync(jobId, ct);
        return cancelled;
    }

    async Task<bool?> CancelAloneAsync(long jobId, CancellationToken ct)
    {
        await using var connection = await db.OpenConnectionAsync(ct);
        await using var transaction = await ReadCommitted.BeginAsync(connection, ct);
        var batches = new BatchTransitions(connection);
        switch (await batches.LockJobAsync(jobId, ct))
        {
            case null: return null;
            case { State: JobStates.Completed or JobStates.Cancelled }: return false;
        }
        await batches.EndAsync(jobId, await batches.CancelWaitingAsync(jobId, ct), ct);
        await Events(connection).OfJobAsync(jobId, Deeds.Cancelled, detail: null, ct);
        await transaction.CommitAsync(ct);
        return true;
    }

    // Answered problems keep their steps: they are not searched again, and their usage is the sum of them.
    const string ForgetSteps = """
        WITH again AS (
            SELECT p.problem_id FROM problems p
            WHERE p.batch_id = ANY(@BatchIds) AND NOT EXISTS (SELECT 1 FROM answers a WHERE a.problem_id = p.problem_id)),
        steps AS (DELETE FROM nodes n USING again WHERE n.problem_id = again.problem_id)
        DELETE FROM searches s USING again WHERE s.problem_id = again.problem_id
        """;

    /// <summary>
    /// Puts discarded and cancelled batches, and those with failed problems, back into the queue. Their errors are deleted. Their stored
    /// steps stay, and the searches go on where they stopped, unless <paramref name="fromScratch"/>: then the steps are deleted as well.
    /// </summary>
    /// <returns>Null: no such job; otherwise the number of batches put back, which is 0 while a cancellation is under way.</returns>
    public async Task<int?> RetryAsync(long jobId, CancellationToken ct, bool fromScratch = false)
    {
        await using var connection = await db.OpenConnectionAsync(ct);
        await using var transaction = await ReadCommitted.BeginAsync(connection, ct);
        var batches = new BatchTransitions(connection);
        if (await batches.LockJobAsync(jobId, ct) is null) return null;
        var back = await batches.RetryAsync(jobId, _turns, ct);
        if (back.Count == 0) return 0;
        var ids = back.Select(batch => batch.Id).ToArray();
        await new ErrorResults(connection).DeleteAsync(ids, ct);
        if (fromScratch)
            await ExecuteAsync(ForgetSteps, new { BatchIds = ids });
        await ExecuteAsync(ForgetPruned, new { BatchIds = ids });
        await ExecuteAsync(VoidFiles, new { JobId = jobId, BatchNos = back.Select(batch => batch.No).ToArray() });
        await batches.ReopenJobAsync(jobId, ct);
        // A job that was cancelled because of another one waits for that one again, if it was retried.
        await new JobWaits(connection).HoldAsync(jobId, ct);
        await Events(connection).OfJobAsync(
            jobId, Deeds.Retried, $"{Batches(back.Count)}{(fromScratch ? ", from scratch" : "")}", ct);
        await connection.ExecuteAsync(new CommandDefinition(EnqueueListener.Announce, new { JobId = jobId }, cancellationToken: ct));
        await transaction.CommitAsync(ct);
        return back.Count;

        Task<int> ExecuteAsync(string sql, object parameters) => connection.ExecuteAsync(new CommandDefinition(
            sql, parameters, commandTimeout: StatementLimit.OfWholeJob(connection), cancellationToken: ct));
    }

    EventLog Events(NpgsqlConnection connection) => new(connection, by ?? Actor.OfProcess);

    static string Batches(int count) => count == 1 ? "1 batch" : $"{count} batches";

    /// <summary>The newest jobs first.</summary>
    public Task<IReadOnlyList<JobRow>> ListAsync(int limit, CancellationToken ct, JobFilter? filter = null) =>
        new JobQueries(db).ListAsync(limit, filter ?? JobFilter.All, ct);

    /// <summary>Where the job stands; null when there is no such job. A call every second costs little.</summary>
    public Task<JobProgress?> ProgressAsync(long jobId, CancellationToken ct) => new JobQueries(db).ProgressAsync(jobId, ct);
}
