using Dapper;
using RebaseBatch.Contracts;
using RebaseBatch.Platform.Postgres;

namespace RebaseBatch.Durable.Batches;

/// <content>Insert, cancel, retry: what users do with a job's batches.</content>
sealed partial class BatchTransitions
{
    const string Insert = $"""
        INSERT INTO batches (job_id, batch_no, max_attempts, state, priority, team, turn, kind)
        SELECT @JobId, no, @MaxAttempts, '{BatchStates.Available}', @Priority, @Team, @Turn + (no - 1)::bigint * @BatchSize,
            (SELECT kind FROM jobs WHERE job_id = @JobId)
        FROM generate_series(1, @Batches) no
        ORDER BY no
        RETURNING batch_id, batch_no
        """;

    const string EnterLine = """
        INSERT INTO turns (team, priority)
        SELECT @Team, @Priority WHERE NOT EXISTS (SELECT FROM turns WHERE team = @Team AND priority = @Priority)
        ON CONFLICT DO NOTHING;
        SELECT turn_now(@Priority, @Team)
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
    // They come into their line as a new submission does. With their old turns they would go before all that came since.
    const string Retry = $"""
        WITH line AS MATERIALIZED ({LineOfJob}),
        back AS MATERIALIZED (
            SELECT b.batch_id, l.priority, l.team, l.kind, l.paused, l.problems,
                l.turn + (row_number() OVER (ORDER BY b.batch_no) - 1) * l.problems AS turn
            FROM batches b CROSS JOIN line l
            WHERE b.job_id = @JobId AND NOT l.is_ending
              AND (b.state IN ('{BatchStates.Discarded}', '{BatchStates.Cancelled}')
                   OR b.state = '{BatchStates.Completed}' AND EXISTS (
                       SELECT 1 FROM problems p LEFT JOIN answers a USING (problem_id)
                       WHERE p.batch_id = b.batch_id AND a.failed IS NOT FALSE)))
        UPDATE batches b
        SET state = '{BatchStates.Available}', attempt = 0, fruitless = 0, alone = false, run_at = now(), finished_at = NULL,
            last_error = NULL, turn = k.turn, paused = k.paused, kind = k.kind
        FROM back k
        WHERE b.batch_id = k.batch_id
        RETURNING b.batch_id, b.batch_no, k.priority, k.team, k.turn + k.problems
        """;

    const string ProblemsOfBatch = "coalesce((j.spec ->> 'batch_size')::integer, 16)";

    const string ReopenJob = $"""
        UPDATE jobs SET state = CASE state WHEN '{JobStates.Running}' THEN '{JobStates.Running}' ELSE '{JobStates.Queued}' END,
            cancel_requested = false, finished_at = NULL
        WHERE job_id = @JobId
        """;

    /// <summary>Stores the batches of a new job, numbered from 1.</summary>
    /// <param name="turn">The first batch's turn in its line; see <c>batches.turn</c>.</param>
    /// <returns>Their ids, in order of their numbers.</returns>
    public async Task<long[]> InsertAsync(long jobId, JobSpec spec, int batches, long turn, CancellationToken ct)
    {
        var rows = await QueryJobAsync<(long Id, int No)>(Insert, new
        {
            JobId = jobId, spec.MaxAttempts, Batches = batches, Priority = (short)spec.Priority, Team = spec.Team ?? "", Turn = turn,
            spec.BatchSize,
        }, ct);
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
    /// <param name="turns">Of the command that retries the job and perhaps others.</param>
    public async Task<IReadOnlyList<(long Id, int No)>> RetryAsync(long jobId, SubmissionTurns turns, CancellationToken ct)
    {
        var back = await QueryJobAsync<(long Id, int No, short Priority, string Team, long Next)>(
            Retry, new { JobId = jobId, turns.Priorities, turns.Teams, turns.Nexts }, ct);
        if (back.Count > 0) turns.Take(back[0].Priority, back[0].Team, back.Max(batch => batch.Next));
        return [.. back.Select(batch => (batch.Id, batch.No))];
    }

    /// <summary>Opens the job again after its batches were put back.</summary>
    public Task ReopenJobAsync(long jobId, CancellationToken ct) => ExecuteAsync(ReopenJob, new { JobId = jobId }, ct);

    /// <summary>
    /// Where a submission that comes now begins in its line, which is made if it is new. Locks nothing that a claim waits for.
    /// </summary>
    /// <param name="team">Empty for none.</param>
    public Task<long> TurnAsync(int priority, string team, CancellationToken ct) => connection.ExecuteScalarAsync<long>(
        new CommandDefinition(EnterLine, new { Priority = (short)priority, Team = team }, cancellationToken: ct));

    async Task<IReadOnlyList<T>> QueryJobAsync<T>(string sql, object parameters, CancellationToken ct) =>
        (await connection.QueryAsync<T>(new CommandDefinition(
            sql, parameters, commandTimeout: StatementLimit.OfWholeJob(connection), cancellationToken: ct))).AsList();
}
