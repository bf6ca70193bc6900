using Npgsql;
using RebaseBatch.Contracts;
using RebaseBatch.Durable.Batches;
using RebaseBatch.Durable.Results;
using RebaseBatch.Platform.Errors;
using RebaseBatch.Platform.Postgres;

namespace RebaseBatch.Durable.Jobs;

/// <summary>
/// Where jobs stand. Reads the sums that transactions keep and those of the searches; it counts neither answers nor nodes.
/// </summary>
sealed class JobQueries(NpgsqlDataSource db)
{
    const string WaitsFor = $"""
        ARRAY(
            SELECT w.after_job FROM job_waits w JOIN jobs d ON d.job_id = w.after_job
            WHERE j.waiting AND w.job_id = j.job_id AND j.state IN {JobStates.Unfinished} AND d.state IN {JobStates.Unfinished} ORDER BY 1)
        """;

    const string List = $"""
        SELECT j.job_id, j.spec::text AS spec, j.state, j.cancel_requested, j.problem_count,
            coalesce(a.answered, 0) AS answered, coalesce(a.failed, 0) AS failed, coalesce(a.unanswered, 0) AS unanswered,
            j.enqueued_at, j.started_at, j.finished_at, j.policy_sha256, j.reward_sha256, j.embedding_sha256,
            j.priority, j.team, j.paused_at,
            {WaitsFor} AS waits_for, j.dataset_name, j.tags::text AS tags
        FROM jobs j LEFT JOIN job_sums a USING (job_id)
        WHERE {JobFilter.Condition}
        ORDER BY j.job_id DESC
        LIMIT @Limit
        """;

    const string SweepExists = "SELECT EXISTS (SELECT FROM sweeps WHERE sweep_id = $1)";

    const string Progress = $$"""
        SELECT j.job_id, j.spec::text AS spec, j.state, j.cancel_requested, j.problem_count, j.enqueued_at, j.started_at, j.finished_at,
            j.priority, j.team, j.paused_at, EXISTS (SELECT FROM queue_pause) AS queue_paused,
            j.dataset_name, j.dataset_path, j.tags::text AS tags,
            coalesce(a.answered, 0) AS answered, coalesce(a.failed, 0) AS failed,
            coalesce(a.correct, 0) AS correct, coalesce(a.graded, 0) AS graded, coalesce(a.unanswered, 0) AS unanswered,
            s.nodes, s.tokens, s.seconds, s.restarts,
            b.rewinds, b.available, b.running, b.retryable, b.completed, b.cancelled, b.discarded, b.workers,
            coalesce(
                (SELECT error FROM answers WHERE job_id = $1 AND failed ORDER BY created_at, problem_id LIMIT 1),
                (SELECT last_error FROM batches WHERE job_id = $1 AND last_error IS NOT NULL ORDER BY batch_no LIMIT 1)) AS oldest_error,
            (SELECT count(*)::int FROM outbox WHERE job_id = $1) AS pending_files,
            (SELECT last_error FROM outbox WHERE job_id = $1 AND last_error IS NOT NULL ORDER BY due_at DESC LIMIT 1) AS files_error,
            (SELECT count(*)::int FROM workers WHERE seen_at > now() - interval '1 minute') AS running_workers,
            f.searched, f.open_searches, f.open_tokens, coalesce(q.batches, 0) AS batches_ahead, coalesce(q.jobs, 0) AS jobs_ahead,
            CASE WHEN b.available + b.retryable > 0 AND b.running = 0 THEN v.because END AS unserved_because,
            {{WaitsFor}} AS waits_for,
            {{UnansweredCauses.Columns}}
        FROM jobs j
        CROSS JOIN (
            SELECT (count(*) FILTER (WHERE state = '{{BatchStates.Available}}'))::int AS available,
                (count(*) FILTER (WHERE state = '{{BatchStates.Running}}'))::int AS running,
                (count(*) FILTER (WHERE state = '{{BatchStates.Retryable}}'))::int AS retryable,
                (count(*) FILTER (WHERE state = '{{BatchStates.Completed}}'))::int AS completed,
                (count(*) FILTER (WHERE state = '{{BatchStates.Cancelled}}'))::int AS cancelled,
                (count(*) FILTER (WHERE state = '{{BatchStates.Discarded}}'))::int AS discarded,
                coalesce(sum(rewinds), 0)::int AS rewinds,
                coalesce(array_agg(DISTINCT lease_owner) FILTER (WHERE state = '{{BatchStates.Running}}'), '{}') AS workers
            FROM batches WHERE job_id = $1) b
        LEFT JOIN job_sums a USING (job_id)
        LEFT JOIN v_unserved v USING (job_id)
        {{UnansweredCauses.Join}}
        CROSS JOIN (
            SELECT coalesce(sum(node_count), 0)::bigint AS nodes, coalesce(sum(sampled_tokens), 0)::bigint AS tokens,
                coalesce(sum(active_seconds), 0) AS seconds, coalesce(sum(restarts), 0)::int AS restarts
            FROM searches WHERE job_id = $1) s
        -- Only batches that a worker has or had: a handful, however many the job has.
        CROSS JOIN (
            SELECT (count(*) FILTER (WHERE s.ended_at IS NOT NULL))::int AS searched,
                (count(*) FILTER (WHERE s.ended_at IS NULL))::int AS open_searches,
                coalesce(sum(s.sampled_tokens) FILTER (WHERE s.ended_at IS NULL), 0)::bigint AS open_tokens
            FROM batches b JOIN problems p USING (batch_id) JOIN searches s USING (problem_id)
            WHERE b.job_id = $1 AND b.state IN {{BatchStates.Unfinished}} AND b.lease_epoch > 0
                AND NOT EXISTS (SELECT FROM answers a WHERE a.problem_id = p.problem_id)) f
        -- What is claimed before it for sure: higher priorities, and its own line (priority and team) in its order. Teams take turns.
        LEFT JOIN LATERAL (
            SELECT count(*)::int AS batches, count(DISTINCT o.job_id)::int AS jobs
            FROM (
                SELECT priority, team, turn, run_at, batch_id FROM batches
                WHERE job_id = $1 AND state IN {{BatchStates.Claimable}} AND NOT paused AND run_at < 'infinity'
                ORDER BY turn, run_at, batch_id LIMIT 1) n
            JOIN batches o ON o.state IN {{BatchStates.Claimable}} AND NOT o.paused AND o.run_at < 'infinity' AND o.run_at <= now()
                AND o.job_id <> $1 AND (o.priority > n.priority
                OR o.priority = n.priority AND o.team = n.team AND (o.turn, o.run_at, o.batch_id) < (n.turn, n.run_at, n.batch_id))
            JOIN jobs w ON w.job_id = o.job_id AND (w.closes_at IS NULL OR w.closes_at > now())
        ) q ON b.running = 0 AND b.available + b.retryable > 0
        WHERE j.job_id = $1
        """;

    /// <summary>The newest jobs first.</summary>
    /// <exception cref="UserException">NotFound: no such sweep.</exception>
    public async Task<IReadOnlyList<JobRow>> ListAsync(int limit, JobFilter filter, CancellationToken ct)
    {
        var jobs = await ReadAsync(limit, filter, ct);
        if (jobs.Count == 0 && filter.SweepId is { } sweep && !await SweepExistsAsync(sweep, ct)) throw NotFound.Sweep(sweep);
        return jobs;
    }

    /// <summary>Null: no such job.</summary>
    public async Task<JobProgress?> ProgressAsync(long jobId, CancellationToken ct)
    {
        await using var command = db.CreateCommand(Progress);
        command.Parameters.Add(new() { Value = jobId });
        await using var reader = await command.ExecuteReaderAsync(ct);
        var row = new NamedRow(reader);
        if (!await reader.ReadAsync(ct)) return null;
        var (spec, unreadable) = StoredSpec.Read(row.Get<string>("spec"));
        return new()
        {
            JobId = jobId,
            Spec = spec,
            Unreadable = unreadable,
            State = State(row),
            CancelRequested = row.Get<bool>("cancel_requested"),
            DatasetName = row.Text("dataset_name"),
            DatasetPath = row.Text("dataset_path"),
            Tags = TagSet.OfJson(row.Get<string>("tags")),
            Batches = new(
                row.Get<int>("available"), row.Get<int>("running"), row.Get<int>("retryable"),
                row.Get<int>("completed"), row.Get<int>("cancelled"), row.Get<int>("discarded")),
            Problems = row.Get<int>("problem_count"),
            Answered = row.Get<int>("answered"),
            Failed = row.Get<int>("failed"),
            Correct = row.Get<int>("correct"),
            Graded = row.Get<int>("graded"),
            Unanswered = row.Get<int>("unanswered"),
            UnansweredCauses = UnansweredCauses.Of(row),
            Nodes = row.Get<long>("nodes"),
            SampledTokens = row.Get<long>("tokens"),
            Restarts = row.Get<int>("restarts"),
            Rewinds = row.Get<int>("rewinds"),
            SearchSeconds = row.Get<double>("seconds"),
            Priority = row.Get<short>("priority"),
            Team = row.Text("team"),
            IsPaused = row.Optional<DateTimeOffset>("paused_at") is not null,
            IsQueuePaused = row.Get<bool>("queue_paused"),
            Workers = row.Get<string[]>("workers"),
            OldestError = row.Text("oldest_error"),
            PendingFiles = row.Get<int>("pending_files"),
            FilesError = row.Text("files_error"),
            RunningWorkers = row.Get<int>("running_workers"),
            Searched = row.Get<int>("searched"),
            OpenSearches = row.Get<int>("open_searches"),
            OpenTokens = row.Get<long>("open_tokens"),
            BatchesAhead = row.Get<int>("batches_ahead"),
            JobsAhead = row.Get<int>("jobs_ahead"),
            UnservedBecause = row.Text("unserved_because"),
            WaitsFor = row.Get<long[]>("waits_for"),
            EnqueuedAt = row.Get<DateTimeOffset>("enqueued_at"),
            StartedAt = row.Optional<DateTimeOffset>("started_at"),
            FinishedAt = row.Optional<DateTimeOffset>("finished_at"),
        };
    }

    async Task<List<JobRow>> ReadAsync(int limit, JobFilter filter, CancellationToken ct)
    {
        await using var command = db.CreateCommand(List);
        command.Parameters.AddWithValue("Limit", limit);
        filter.AddTo(command.Parameters);
        await using var reader = await command.ExecuteReaderAsync(ct);
        var row = new NamedRow(reader);
        var jobs = new List<JobRow>();
        while (await reader.ReadAsync(ct))
        {
            var (spec, unreadable) = StoredSpec.Read(row.Get<string>("spec"));
            jobs.Add(new()
            {
                JobId = row.Get<long>("job_id"),
                Spec = spec,
                Unreadable = unreadable,
                State = State(row),
                CancelRequested = row.Get<bool>("cancel_requested"),
                Problems = row.Get<int>("problem_count"),
                Answered = row.Get<int>("answered"),
                Failed = row.Get<int>("failed"),
                Unanswered = row.Get<int>("unanswered"),
                DatasetName = row.Text("dataset_name"),
                Tags = TagSet.OfJson(row.Get<string>("tags")),
                Pinned = new(row.Text("policy_sha256"), row.Text("reward_sha256"), row.Text("embedding_sha256")),
                Priority = row.Get<short>("priority"),
                Team = row.Text("team"),
                IsPaused = row.Optional<DateTimeOffset>("paused_at") is not null,
                EnqueuedAt = row.Get<DateTimeOffset>("enqueued_at"),
                StartedAt = row.Optional<DateTimeOffset>("started_at"),
                FinishedAt = row.Optional<DateTimeOffset>("finished_at"),
                WaitsFor = row.Get<long[]>("waits_for"),
            });
        }
        return jobs;
    }

    async Task<bool> SweepExistsAsync(long sweepId, CancellationToken ct)
    {
        await using var command = db.CreateCommand(SweepExists);
        command.Parameters.Add(new() { Value = sweepId });
        return (bool)(await command.ExecuteScalarAsync(ct))!;
    }

    static JobState State(NamedRow row) => StoredNames.Parse<JobState>(row.Get<string>("state"));
}
