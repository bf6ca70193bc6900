using Npgsql;
using RebaseBatch.Durable.Batches;
using RebaseBatch.Platform.Postgres;

namespace RebaseBatch.Edge.Dashboard;

/// <summary>Reads the queue for the fleet's page: the unfinished batches, by their index.</summary>
sealed class FleetStore(NpgsqlDataSource db)
{
    // As v_queue counts: no jobs whose window has ended, and nothing is due that is paused.
    const string Counted = $"""
        FROM (
            SELECT job_id, priority, nullif(team, '') AS team,
                count(*) FILTER (WHERE state <> '{BatchStates.Running}' AND run_at <= now() AND is_open) AS due,
                count(*) FILTER (WHERE state = '{BatchStates.Running}') AS running,
                count(*) FILTER (WHERE state <> '{BatchStates.Running}' AND (run_at > now() OR NOT is_open)) AS later,
                min(run_at) FILTER (WHERE state <> '{BatchStates.Running}' AND run_at <= now() AND is_open) AS oldest_due_at
            FROM batches CROSS JOIN LATERAL (SELECT NOT paused AND NOT EXISTS (SELECT FROM queue_pause) AS is_open) o
            WHERE state IN {BatchStates.Unfinished}
            GROUP BY job_id, priority, team) q
        JOIN jobs j USING (job_id)
        WHERE q.running > 0 OR (j.closes_at <= now()) IS NOT TRUE
        GROUP BY 1, 2
        """;

    const string Sums = """
        count(DISTINCT j.job_id)::int AS jobs, sum(q.due)::bigint AS due, sum(q.running)::bigint AS running, sum(q.later)::bigint AS later,
        extract(epoch FROM now() - min(q.oldest_due_at))::double precision AS oldest_due_seconds
        """;

    // The models are of the jobs, which are few.
    const string Queue = $"""
        SELECT j.spec ->> 'policy' AS policy, j.spec ->> 'reward' AS reward, {Sums} {Counted}
        ORDER BY due DESC, running DESC, policy, reward
        """;

    const string Lines = $"SELECT q.priority, q.team, {Sums} {Counted} ORDER BY q.priority DESC, q.team NULLS FIRST";

    public async Task<IReadOnlyList<FleetQueue>> QueueAsync(CancellationToken ct)
    {
        await using var command = db.CreateCommand(Queue);
        await using var reader = await command.ExecuteReaderAsync(ct);
        var (row, queue) = (new NamedRow(reader), new List<FleetQueue>());
        while (await reader.ReadAsync(ct))
        {
            queue.Add(new(row.Text("policy") ?? "", row.Text("reward"), row.Get<int>("jobs"), row.Get<long>("due"),
                row.Get<long>("running"), row.Get<long>("later"), row.Optional<double>("oldest_due_seconds")));
        }

        return queue;
    }

    /// <summary>By priority and team, the highest priority first.</summary>
    public async Task<IReadOnlyList<FleetLine>> LinesAsync(CancellationToken ct)
    {
        await using var command = db.CreateCommand(Lines);
        await using var reader = await command.ExecuteReaderAsync(ct);
        var (row, lines) = (new NamedRow(reader), new List<FleetLine>());
        while (await reader.ReadAsync(ct))
        {
            lines.Add(new(row.Get<short>("priority"), row.Text("team"), row.Get<int>("jobs"), row.Get<long>("due"),
                row.Get<long>("running"), row.Get<long>("later"), row.Optional<double>("oldest_due_seconds")));
        }

        return lines;
    }
}
