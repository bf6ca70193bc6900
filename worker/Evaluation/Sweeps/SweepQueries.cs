using Npgsql;
using RebaseBatch.Contracts;
using RebaseBatch.Durable.Batches;
using RebaseBatch.Durable.Jobs;
using RebaseBatch.Platform.Postgres;

namespace RebaseBatch.Evaluation.Sweeps;

/// <summary>Where sweeps stand. Reads the sums that transactions keep, and no answers.</summary>
sealed class SweepQueries(NpgsqlDataSource db)
{
    // The state is of all jobs, also when a filter asks for the jobs on one dataset.
    const string Rows = $$"""
        SELECT * FROM (
            SELECT w.sweep_id, w.name, w.tags::text AS tags, w.created_at, s.*,
                CASE WHEN s.jobs = 0 THEN 'deleted' WHEN s.waiting = s.jobs THEN '{{JobStates.Queued}}'
                    WHEN s.waiting + s.running > 0 THEN '{{JobStates.Running}}' WHEN s.cancelled > 0 THEN '{{JobStates.Cancelled}}'
                    WHEN s.failed_jobs > 0 THEN 'finished_with_failures' ELSE 'finished' END AS state,
                (SELECT c.name FROM schedule_runs r JOIN schedules c USING (schedule_id)
                 WHERE r.sweep_id = w.sweep_id ORDER BY r.due_at DESC LIMIT 1) AS schedule
            FROM sweeps w CROSS JOIN LATERAL (
                SELECT count(*)::int AS jobs, (count(*) FILTER (WHERE j.state = '{{JobStates.Queued}}'))::int AS waiting,
                    (count(*) FILTER (WHERE j.state = '{{JobStates.Running}}'))::int AS running,
                    (count(*) FILTER (WHERE j.state = '{{JobStates.Completed}}'))::int AS done,
                    (count(*) FILTER (WHERE j.state = '{{JobStates.Cancelled}}'))::int AS cancelled,
                    (count(*) FILTER (WHERE a.failed > 0))::int AS failed_jobs, coalesce(sum(j.problem_count), 0)::bigint AS problems,
                    coalesce(sum(a.answered), 0)::bigint AS answered, coalesce(sum(a.failed), 0)::bigint AS failed,
                    coalesce(array_agg(DISTINCT j.dataset_name) FILTER (WHERE j.dataset_name IS NOT NULL), '{}') AS datasets
                FROM sweep_jobs m JOIN jobs j USING (job_id) LEFT JOIN job_sums a USING (job_id)
                WHERE m.sweep_id = w.sweep_id) s
            WHERE (@SweepId::bigint IS NULL OR w.sweep_id = @SweepId)
                AND (@Name::text IS NULL OR position(lower(@Name) IN lower(w.name)) > 0)
                AND w.tags @> @Tags AND w.tags ?& @Keys
                AND (@Dataset::text IS NULL OR EXISTS (
                    SELECT FROM sweep_jobs m JOIN jobs j USING (job_id) WHERE m.sweep_id = w.sweep_id AND {{JobFilter.DatasetCondition}}))
                AND (@Since::timestamptz IS NULL OR w.created_at >= @Since)
                AND (@Seconds::double precision IS NULL OR w.created_at >= now() - make_interval(secs => @Seconds))) found
        WHERE @SweepStates::text[] IS NULL OR state = ANY(@SweepStates)
        ORDER BY sweep_id DESC
        LIMIT @Limit
        """;

    const string Cells = """
        SELECT v.job_id, v.state, v.dataset_name, v.policy, v.reward, v.strategy, v.width, v.seed, v.tags::text AS tags, v.problems,
            v.answered, v.failed, v.unanswered, v.correct, v.graded
        FROM sweep_jobs m JOIN v_jobs v USING (job_id)
        WHERE m.sweep_id = $1
        ORDER BY m.place
        """;

    // What a sweep itself enqueued has its own time: both are of one transaction.
    const string Shared = """
        SELECT job_id, other FROM (
            SELECT DISTINCT j.job_id, j.enqueued_at <> w.created_at AS is_older, (
                SELECT min(o.sweep_id) FROM sweep_jobs o WHERE o.job_id = j.job_id AND o.sweep_id <> w.sweep_id) AS other
            FROM sweeps w JOIN sweep_jobs m USING (sweep_id) JOIN jobs j USING (job_id)
            WHERE w.sweep_id = $1) s
        WHERE is_older OR other IS NOT NULL
        ORDER BY job_id
        """;

    /// <summary>The newest first.</summary>
    /// <param name="filter">Without its states, which are those of jobs.</param>
    /// <param name="states">One of these; empty for any.</param>
    public async Task<IReadOnlyList<SweepRow>> ListAsync(
        int limit, JobFilter filter, IReadOnlyList<SweepState> states, CancellationToken ct)
    {
        await using var command = db.CreateCommand(Rows);
        command.Parameters.AddWithValue("Limit", limit);
        command.Parameters.Add(new("SweepStates", NpgsqlTypes.NpgsqlDbType.Array | NpgsqlTypes.NpgsqlDbType.Text)
        {
            Value = states.Count == 0 ? DBNull.Value : states.Select(StoredNames.Of).ToArray(),
        });
        filter.AddTo(command.Parameters);
        await using var reader = await command.ExecuteReaderAsync(ct);
        var (row, sweeps) = (new NamedRow(reader), new List<SweepRow>());
        while (await reader.ReadAsync(ct))
        {
            sweeps.Add(new()
            {
                SweepId = row.Get<long>("sweep_id"),
                Name = row.Get<string>("name"),
                Tags = TagSet.OfJson(row.Get<string>("tags")),
                State = StoredNames.Parse<SweepState>(row.Get<string>("state")),
                Datasets = row.Get<string[]>("datasets"),
                Schedule = row.Text("schedule"),
                Jobs = row.Get<int>("jobs"),
                Waiting = row.Get<int>("waiting"),
                Running = row.Get<int>("running"),
                Done = row.Get<int>("done"),
                Cancelled = row.Get<int>("cancelled"),
                FailedJobs = row.Get<int>("failed_jobs"),
                Problems = row.Get<long>("problems"),
                Answered = row.Get<long>("answered"),
                Failed = row.Get<long>("failed"),
                EnqueuedAt = row.Get<DateTimeOffset>("created_at"),
            });
        }

        return sweeps;
    }

    /// <summary>Null: no such sweep.</summary>
    public async Task<SweepRow?> OfAsync(long sweepId, CancellationToken ct) =>
        await ListAsync(1, new() { SweepId = sweepId }, [], ct) is [var row] ? row : null;

    /// <summary>The sweep's jobs that are not deleted, in the order of its spec.</summary>
    public async Task<IReadOnlyList<SweepCell>> CellsAsync(long sweepId, CancellationToken ct)
    {
        await using var command = db.CreateCommand(Cells);
        command.Parameters.Add(new() { Value = sweepId });
        await using var reader = await command.ExecuteReaderAsync(ct);
        var (row, cells) = (new NamedRow(reader), new List<SweepCell>());
        while (await reader.ReadAsync(ct))
        {
            cells.Add(new()
            {
                JobId = row.Get<long>("job_id"),
                State = row.Get<string>("state"),
                DatasetName = row.Text("dataset_name"),
                Policy = row.Text("policy") ?? "",
                Reward = row.Text("reward"),
                Strategy = row.Text("strategy") ?? "",
                Width = row.Optional<int>("width"),
                Seed = row.Get<long>("seed"),
                Tags = TagSet.OfJson(row.Get<string>("tags")),
                Problems = row.Get<int>("problems"),
                Answered = row.Get<int>("answered"),
                Failed = row.Get<int>("failed"),
                Unanswered = row.Get<int>("unanswered"),
                Correct = row.Get<int>("correct"),
                Graded = row.Get<int>("graded"),
            });
        }

        return cells;
    }

    /// <summary>The sweep's jobs that are not its alone.</summary>
    public async Task<IReadOnlyList<SharedJob>> SharedAsync(long sweepId, CancellationToken ct)
    {
        await using var command = db.CreateCommand(Shared);
        command.Parameters.Add(new() { Value = sweepId });
        await using var reader = await command.ExecuteReaderAsync(ct);
        var (row, shared) = (new NamedRow(reader), new List<SharedJob>());
        while (await reader.ReadAsync(ct)) shared.Add(new(row.Get<long>("job_id"), row.Optional<long>("other")));
        return shared;
    }
}
