using Npgsql;
using NpgsqlTypes;
using RebaseBatch.Durable.Batches;

namespace RebaseBatch.Edge.Dashboard;

/// <summary>Reads what the page shows, except the jobs' progress: a few rows by index for each job.</summary>
sealed class StatusStore(NpgsqlDataSource db)
{
    const string Shown = $"""
        SELECT job_id FROM jobs
        ORDER BY CASE state WHEN '{JobStates.Running}' THEN 0 WHEN '{JobStates.Queued}' THEN 1 ELSE 2 END, job_id DESC
        LIMIT $1
        """;

    // A batch that failed and succeeded later keeps its error, which is not a failure any more.
    const string FailedBatches = $"""
        SELECT b.job_id, b.batch_no, b.last_error
        FROM unnest($1::bigint[]) j(job_id)
        CROSS JOIN LATERAL (
            SELECT job_id, batch_no, last_error, run_at FROM batches
            WHERE job_id = j.job_id AND state IN {BatchStates.Unfinished} AND last_error IS NOT NULL
            ORDER BY run_at DESC LIMIT $2) b
        ORDER BY b.run_at DESC
        LIMIT $2
        """;

    const string FailedProblems = """
        SELECT a.job_id, b.batch_no, min(p.custom_id), count(*)::int, a.error, max(a.created_at)
        FROM unnest($1::bigint[]) j(job_id)
        CROSS JOIN LATERAL (
            SELECT job_id, batch_id, problem_id, error, created_at FROM answers
            WHERE job_id = j.job_id AND failed
            ORDER BY created_at DESC LIMIT $2) a
        JOIN problems p ON p.problem_id = a.problem_id
        JOIN batches b ON b.batch_id = a.batch_id
        GROUP BY a.job_id, b.batch_no, a.error
        ORDER BY max(a.created_at) DESC
        LIMIT $2
        """;

    // A full disk stops the files of all batches for one reason: one line says it.
    const string Unwritten = """
        SELECT job_id, batch_no, last_error, (SELECT count(*)::int FROM outbox WHERE last_error IS NOT NULL)
        FROM outbox WHERE last_error IS NOT NULL ORDER BY due_at DESC LIMIT 1
        """;

    const string Sweeps = $"""
        SELECT w.sweep_id, w.name, count(j.job_id)::int, (count(*) FILTER (WHERE j.state IN {JobStates.Ended}))::int, w.created_at,
            coalesce(sum(s.failed), 0)::bigint, (
                SELECT c.name FROM schedule_runs r JOIN schedules c USING (schedule_id)
                WHERE r.sweep_id = w.sweep_id ORDER BY r.due_at DESC LIMIT 1)
        FROM (SELECT * FROM sweeps ORDER BY sweep_id DESC LIMIT $1) w
        LEFT JOIN sweep_jobs m USING (sweep_id) LEFT JOIN jobs j USING (job_id) LEFT JOIN job_sums s USING (job_id)
        GROUP BY w.sweep_id, w.name, w.created_at
        ORDER BY w.sweep_id DESC
        """;

    const string AnyEnded = $"SELECT EXISTS (SELECT FROM jobs WHERE state IN {JobStates.Ended})";

    const string Files = """
        SELECT j.job_id, b.name
        FROM unnest($1::bigint[]) j(job_id)
        CROSS JOIN LATERAL (SELECT name FROM blobs WHERE job_id = j.job_id ORDER BY batch_no, kind LIMIT 1) b
        """;

    /// <summary>The running jobs first, then the queued jobs, then the others; within each group the newest first.</summary>
    public async Task<IReadOnlyList<long>> ShownAsync(int limit, CancellationToken ct) =>
        await ReadAsync(Shown, [new() { Value = limit }], row => row.GetInt64(0), ct);

    /// <summary>
    /// Result files of any job that can't be written, then failed attempts of batches that have not ended, then problems without a result;
    /// each group with the latest first.
    /// </summary>
    public async Task<IReadOnlyList<FailureStatus>> FailuresAsync(IReadOnlyList<long> jobs, int limit, CancellationToken ct) =>
    [
        .. await ReadAsync(Unwritten, [],
            row => new FailureStatus(row.GetInt64(0), row.GetInt32(1), null, 0, row.GetString(2), null)
            { UnwrittenFiles = row.GetInt32(3) }, ct),
        .. await ReadAsync(FailedBatches, [Ids(jobs), new() { Value = limit }],
            row => new FailureStatus(row.GetInt64(0), row.GetInt32(1), null, 0, row.GetString(2), null), ct),
        .. await ReadAsync(FailedProblems, [Ids(jobs), new() { Value = limit }],
            row => new FailureStatus(row.GetInt64(0), row.GetInt32(1), row.GetString(2), row.GetInt32(3), row.GetString(4),
                row.GetFieldValue<DateTimeOffset>(5)), ct),
    ];

    /// <summary>The name of one result file of each job that has any.</summary>
    public async Task<IReadOnlyDictionary<long, string>> FilesAsync(IReadOnlyList<long> jobs, CancellationToken ct) =>
        (await ReadAsync(Files, [Ids(jobs)], row => (Job: row.GetInt64(0), Name: row.GetString(1)), ct)).ToDictionary(file => file.Job,
            file => file.Name);

    /// <summary>The latest first. The tables do not contain the addresses of reports.</summary>
    public async Task<IReadOnlyList<SweepStatus>> SweepsAsync(int limit, CancellationToken ct) =>
        await ReadAsync(Sweeps, [new() { Value = limit }],
            row => new SweepStatus(row.GetInt64(0), row.GetString(1), row.GetInt32(2), row.GetInt32(3), Report: null,
                row.GetFieldValue<DateTimeOffset>(4))
            { Failed = row.GetInt64(5), Schedule = row.IsDBNull(6) ? null : row.GetString(6) }, ct);

    /// <summary>Whether any job has ended.</summary>
    public async Task<bool> AnyEndedAsync(CancellationToken ct) => (await ReadAsync(AnyEnded, [], row => row.GetBoolean(0), ct))[0];

    static NpgsqlParameter Ids(IReadOnlyList<long> jobs) => new()
    {
        Value = jobs.ToArray(), NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Bigint,
    };

    async Task<List<T>> ReadAsync<T>(string sql, NpgsqlParameter[] parameters, Func<NpgsqlDataReader, T> read, CancellationToken ct)
    {
        await using var command = db.CreateCommand(sql);
        command.Parameters.AddRange(parameters);
        await using var row = await command.ExecuteReaderAsync(ct);
        var rows = new List<T>();
        while (await row.ReadAsync(ct)) rows.Add(read(row));
        return rows;
    }
}
