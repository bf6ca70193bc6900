using Dapper;
using Npgsql;
using RebaseBatch.Durable.Batches;

namespace RebaseBatch.Durable.Events;

/// <summary>Reads who did what.</summary>
sealed class EventQueries(NpgsqlDataSource db)
{
    // A job that is older than the events has its enqueuing on its row. The sweep's events are those of all its jobs.
    const string OfJob = $"""
        SELECT h.at AS "At", h.who AS "Who", h.what AS "What", h.detail AS "Detail" FROM (
            SELECT at, event_id AS no, who, what, detail FROM events WHERE job_id = @JobId
            UNION ALL
            SELECT e.at, e.event_id, e.who, e.what, concat_ws(': ', 'sweep ' || e.sweep_id, e.detail)
            FROM sweep_jobs m JOIN events e USING (sweep_id) WHERE m.job_id = @JobId
            UNION ALL
            SELECT enqueued_at, 0, NULL, '{Deeds.Enqueued}', NULL FROM jobs
            WHERE job_id = @JobId AND NOT EXISTS (SELECT FROM events WHERE job_id = @JobId AND what = '{Deeds.Enqueued}')
            UNION ALL
            SELECT started_at, 9223372036854775806, NULL, '{Deeds.Started}', NULL FROM jobs
            WHERE job_id = @JobId AND started_at IS NOT NULL
            UNION ALL
            SELECT finished_at, 9223372036854775807, NULL, '{Deeds.Ended}', state FROM jobs
            WHERE job_id = @JobId AND state IN {JobStates.Ended} AND finished_at IS NOT NULL) h
        ORDER BY h.at, h.no
        """;

    const string Latest = """
        SELECT at, who, what, job_id, concat_ws(': ', 'sweep ' || sweep_id, 'schedule ' || schedule, detail)
        FROM events ORDER BY event_id DESC LIMIT @Most
        """;

    /// <summary>
    /// All that happened to the job, the oldest first; of a deleted job, who deleted it. Empty: there never was such a job.
    /// </summary>
    public async Task<IReadOnlyList<HistoryEvent>> OfJobAsync(long jobId, CancellationToken ct)
    {
        await using var connection = await db.OpenConnectionAsync(ct);
        return [.. (await connection.QueryAsync<Row>(new CommandDefinition(OfJob, new { JobId = jobId }, cancellationToken: ct)))
            .Select(row => new HistoryEvent(new(DateTime.SpecifyKind(row.At, DateTimeKind.Utc)), row.Who, row.What, row.Detail))];
    }

    /// <summary>The newest events of all jobs and schedules, the newest first.</summary>
    public async Task<IReadOnlyList<NotedEvent>> LatestAsync(int most, CancellationToken ct)
    {
        await using var connection = await db.OpenConnectionAsync(ct);
        return [.. (await connection.QueryAsync<(DateTime At, string Who, string What, long? JobId, string? Detail)>(
                new CommandDefinition(Latest, new { Most = most }, cancellationToken: ct)))
            .Select(row => new NotedEvent(new(DateTime.SpecifyKind(row.At, DateTimeKind.Utc)), row.Who, row.What, row.JobId, row.Detail))];
    }

    sealed record Row
    {
        public required DateTime At { get; init; }

        public required string? Who { get; init; }

        public required string What { get; init; }

        public required string? Detail { get; init; }
    }
}
