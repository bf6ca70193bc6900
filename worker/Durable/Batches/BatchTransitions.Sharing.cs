namespace RebaseBatch.Durable.Batches;

/// <content>Pause, resume, and move to another line or kind. They change no state: each runs under the job's lock.</content>
sealed partial class BatchTransitions
{
    const string Pause = $"""
        UPDATE jobs SET paused_at = now() WHERE job_id = @JobId AND paused_at IS NULL;
        UPDATE batches SET paused = true WHERE job_id = @JobId AND state IN {BatchStates.Unfinished} AND NOT paused
        """;

    const string Resume = "UPDATE jobs SET paused_at = NULL WHERE job_id = @JobId AND paused_at IS NOT NULL";

    const string Classify = $"""
        UPDATE batches b SET kind = j.kind FROM jobs j
        WHERE j.job_id = @JobId AND b.job_id = j.job_id AND b.state IN {BatchStates.Unfinished} AND b.kind <> j.kind
        """;

    // As a new submission: with the turns from before its pause it would go before all that came since, and with the time since which it
    // was due before, its priority would have aged meanwhile. What is due later, as after a failed attempt, stays so.
    const string Requeue = $"""
        WITH line AS MATERIALIZED ({LineOfJob}),
        moved AS MATERIALIZED (
            SELECT b.batch_id, l.priority, l.team, l.kind, l.paused,
                l.turn + (row_number() OVER (ORDER BY b.turn, b.batch_no) - 1) * l.problems AS turn
            FROM batches b CROSS JOIN line l
            WHERE b.job_id = @JobId AND b.state IN {BatchStates.Unfinished}),
        done AS (
            UPDATE batches b SET priority = m.priority, team = m.team, kind = m.kind, paused = m.paused, turn = m.turn,
                run_at = CASE WHEN b.run_at < 'infinity' THEN greatest(b.run_at, now()) WHEN @Release THEN now() ELSE b.run_at END
            FROM moved m
            WHERE b.batch_id = m.batch_id
            RETURNING m.turn)
        SELECT l.priority, l.team, max(d.turn) + l.problems FROM line l CROSS JOIN done d GROUP BY l.priority, l.team, l.problems
        """;

    // The job's line, and the turn from which its batches stand in it: after what the same command has there.
    const string LineOfJob = $"""
        SELECT j.priority, coalesce(j.team, '') AS team, j.kind, j.paused_at IS NOT NULL AS paused, {ProblemsOfBatch} AS problems,
            j.cancel_requested AND j.state IN {JobStates.Unfinished} AS is_ending,
            greatest(turn_now(j.priority, coalesce(j.team, '')), (
                SELECT t.next FROM unnest(@Priorities::smallint[], @Teams::text[], @Nexts::bigint[]) AS t(priority, team, next)
                WHERE t.priority = j.priority AND t.team = coalesce(j.team, ''))) AS turn
        FROM jobs j WHERE j.job_id = @JobId
        """;

    /// <summary>Keeps the job's batches from being claimed. Their holders learn of it at the next renewal.</summary>
    public Task PauseAsync(long jobId, CancellationToken ct) => ExecuteJobAsync(Pause, jobId, ct);

    /// <summary>Puts the batches of a paused job back into their line, where it stands now.</summary>
    /// <returns>False: it is not paused, and keeps its turn.</returns>
    public async Task<bool> ResumeAsync(long jobId, SubmissionTurns turns, CancellationToken ct)
    {
        if (await ExecuteAsync(Resume, new { JobId = jobId }, ct) == 0) return false;
        await RequeueAsync(jobId, turns, ct);
        return true;
    }

    /// <summary>Gives the job's batches its kind: they keep their turn.</summary>
    public Task ClassifyAsync(long jobId, CancellationToken ct) => ExecuteJobAsync(Classify, jobId, ct);

    /// <summary>Moves the job's batches into the line of its priority and team, where that stands now.</summary>
    /// <param name="turns">Of the command that moves the job and perhaps others.</param>
    public Task RequeueAsync(long jobId, SubmissionTurns turns, CancellationToken ct) => RequeueAsync(jobId, turns, release: false, ct);

    async Task RequeueAsync(long jobId, SubmissionTurns turns, bool release, CancellationToken ct)
    {
        foreach (var (priority, team, next) in await QueryJobAsync<(short, string, long)>(Requeue, new
        {
            JobId = jobId, Release = release, turns.Priorities, turns.Teams, turns.Nexts,
        }, ct))
            turns.Take(priority, team, next);
    }

    Task<int> ExecuteJobAsync(string sql, long jobId, CancellationToken ct) => ExecuteJobAsync(sql, new { JobId = jobId }, ct);
}
