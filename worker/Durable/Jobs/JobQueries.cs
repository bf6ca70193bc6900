using System.Text.Json;
using Npgsql;
using RebaseBatch.Contracts;
using RebaseBatch.Durable.Batches;
using RebaseBatch.Platform.Errors;

namespace RebaseBatch.Durable.Jobs;

/// <summary>How jobs stand, from the sums that transactions keep and the searches' running ones: neither answers nor nodes are counted.</summary>
sealed class JobQueries(NpgsqlDataSource db)
{
    const string List = """
        SELECT j.job_id, j.spec::text, j.state, j.cancel_requested, j.problem_count, coalesce(a.answered, 0), coalesce(a.failed, 0),
            j.enqueued_at, j.started_at, j.finished_at
        FROM (
            SELECT * FROM jobs WHERE $2::bigint IS NULL OR job_id IN (SELECT job_id FROM sweep_jobs WHERE sweep_id = $2)
            ORDER BY job_id DESC LIMIT $1) j
        LEFT JOIN job_sums a USING (job_id)
        ORDER BY j.job_id DESC
        """;

    const string SweepExists = "SELECT EXISTS (SELECT FROM sweeps WHERE sweep_id = $1)";

    const string Progress = $$"""
        SELECT j.spec::text, j.state, j.cancel_requested, b.available, b.running, b.retryable, b.completed, b.cancelled, b.discarded,
            j.problem_count, coalesce(a.answered, 0), coalesce(a.failed, 0), coalesce(a.correct, 0), coalesce(a.graded, 0), s.nodes, s.tokens, s.seconds, b.workers,
            coalesce(
                (SELECT error FROM answers WHERE job_id = $1 AND failed ORDER BY created_at, problem_id LIMIT 1),
                (SELECT last_error FROM batches WHERE job_id = $1 AND last_error IS NOT NULL ORDER BY batch_no LIMIT 1)),
            (SELECT count(*)::int FROM outbox WHERE job_id = $1), j.enqueued_at, j.started_at, j.finished_at
        FROM jobs j
        CROSS JOIN (
            SELECT (count(*) FILTER (WHERE state = '{{BatchStates.Available}}'))::int AS available, (count(*) FILTER (WHERE state = '{{BatchStates.Running}}'))::int AS running,
                (count(*) FILTER (WHERE state = '{{BatchStates.Retryable}}'))::int AS retryable, (count(*) FILTER (WHERE state = '{{BatchStates.Completed}}'))::int AS completed,
                (count(*) FILTER (WHERE state = '{{BatchStates.Cancelled}}'))::int AS cancelled, (count(*) FILTER (WHERE state = '{{BatchStates.Discarded}}'))::int AS discarded,
                coalesce(array_agg(DISTINCT lease_owner) FILTER (WHERE state = '{{BatchStates.Running}}'), '{}') AS workers
            FROM batches WHERE job_id = $1) b
        LEFT JOIN job_sums a USING (job_id)
        CROSS JOIN (
            SELECT coalesce(sum(node_count), 0)::bigint AS nodes, coalesce(sum(sampled_tokens), 0)::bigint AS tokens,
                coalesce(sum(active_seconds), 0) AS seconds
            FROM searches WHERE job_id = $1) s
        WHERE j.job_id = $1
        """;

    /// <summary>The newest jobs first.</summary>
    /// <param name="sweepId">Only the jobs of this sweep, those included that were there before it; null for all.</param>
    /// <exception cref="UserException">NotFound: no such sweep.</exception>
    public async Task<IReadOnlyList<JobRow>> ListAsync(int limit, long? sweepId, CancellationToken ct)
    {
        var jobs = await ReadAsync(limit, sweepId, ct);
        if (jobs.Count == 0 && sweepId is { } sweep && !await SweepExistsAsync(sweep, ct)) throw NotFound.Sweep(sweep);
        return jobs;
    }

    /// <summary>Null: no such job.</summary>
    public async Task<JobProgress?> ProgressAsync(long jobId, CancellationToken ct)
    {
        await using var command = db.CreateCommand(Progress);
        command.Parameters.Add(new() { Value = jobId });
        await using var row = await command.ExecuteReaderAsync(ct);
        if (!await row.ReadAsync(ct)) return null;
        var batches = new BatchCounts(row.GetInt32(3), row.GetInt32(4), row.GetInt32(5), row.GetInt32(6), row.GetInt32(7), row.GetInt32(8));
        return new(jobId, Spec(row, 0), State(row, 1), row.GetBoolean(2), batches, row.GetInt32(9), row.GetInt32(10), row.GetInt32(11),
            row.GetInt32(12), row.GetInt32(13), row.GetInt64(14), row.GetInt64(15), row.GetDouble(16), row.GetFieldValue<string[]>(17),
            row.IsDBNull(18) ? null : row.GetString(18), row.GetInt32(19), row.GetFieldValue<DateTimeOffset>(20), Time(row, 21), Time(row, 22));
    }

    async Task<List<JobRow>> ReadAsync(int limit, long? sweepId, CancellationToken ct)
    {
        await using var command = db.CreateCommand(List);
        command.Parameters.AddRange(new NpgsqlParameter[] { new() { Value = limit }, new() { Value = (object?)sweepId ?? DBNull.Value } });
        await using var row = await command.ExecuteReaderAsync(ct);
        var jobs = new List<JobRow>();
        while (await row.ReadAsync(ct))
        {
            jobs.Add(new(row.GetInt64(0), Spec(row, 1), State(row, 2), row.GetBoolean(3), row.GetInt32(4), row.GetInt32(5), row.GetInt32(6),
                row.GetFieldValue<DateTimeOffset>(7), Time(row, 8), Time(row, 9)));
        }
        return jobs;
    }

    async Task<bool> SweepExistsAsync(long sweepId, CancellationToken ct)
    {
        await using var command = db.CreateCommand(SweepExists);
        command.Parameters.Add(new() { Value = sweepId });
        return (bool)(await command.ExecuteScalarAsync(ct))!;
    }

    static JobSpec Spec(NpgsqlDataReader row, int column) => JsonSerializer.Deserialize<JobSpec>(row.GetString(column), ContractsJson.Lines)!;

    static JobState State(NpgsqlDataReader row, int column) => StoredNames.Parse<JobState>(row.GetString(column));

    static DateTimeOffset? Time(NpgsqlDataReader row, int column) => row.IsDBNull(column) ? null : row.GetFieldValue<DateTimeOffset>(column);
}
