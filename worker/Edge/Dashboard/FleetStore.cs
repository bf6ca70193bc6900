using Npgsql;
using RebaseBatch.Durable.Batches;
using RebaseBatch.Platform.Postgres;

namespace RebaseBatch.Edge.Dashboard;

/// <summary>Reads the queue for the fleet's page: the unfinished batches, by their index.</summary>
sealed class FleetStore(NpgsqlDataSource db)
{
    // As v_queue counts. The models are of the jobs, which are few.
    const string Queue = $"""
        SELECT j.spec ->> 'policy' AS policy, j.spec ->> 'reward' AS reward, count(*)::int AS jobs, sum(q.due)::bigint AS due,
            sum(q.running)::bigint AS running, sum(q.later)::bigint AS later,
            extract(epoch FROM now() - min(q.oldest_due_at))::double precision AS oldest_due_seconds
        FROM (
            SELECT job_id, count(*) FILTER (WHERE state <> '{BatchStates.Running}' AND run_at <= now()) AS due,
                count(*) FILTER (WHERE state = '{BatchStates.Running}') AS running,
                count(*) FILTER (WHERE state <> '{BatchStates.Running}' AND run_at > now()) AS later,
                min(run_at) FILTER (WHERE state <> '{BatchStates.Running}' AND run_at <= now()) AS oldest_due_at
            FROM batches WHERE state IN {BatchStates.Unfinished}
            GROUP BY job_id) q
        JOIN jobs j USING (job_id)
        WHERE q.running > 0 OR (j.closes_at <= now()) IS NOT TRUE
        GROUP BY 1, 2
        ORDER BY due DESC, running DESC, policy, reward
        """;

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
}
