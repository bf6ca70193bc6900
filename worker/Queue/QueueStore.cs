using Npgsql;

namespace RebaseBatch.Queue;

/// <summary>Reads how much waits.</summary>
sealed class QueueStore(NpgsqlDataSource db)
{
    // What the claim would take: a job outside its window waits for its next one, and is no backlog.
    const string State = """
        SELECT count(*), coalesce(extract(epoch FROM now() - min(b.run_at)), 0)::double precision, (SELECT count(*) FROM outbox)
        FROM batches b
        WHERE b.state IN ('available', 'retryable') AND b.run_at <= now()
          AND NOT EXISTS (SELECT 1 FROM jobs j WHERE j.job_id = b.job_id AND j.closes_at <= now())
        """;

    public async Task<QueueState> ReadAsync(CancellationToken ct)
    {
        await using var command = db.CreateCommand(State);
        await using var row = await command.ExecuteReaderAsync(ct);
        await row.ReadAsync(ct);
        return new(row.GetInt64(0), row.GetDouble(1), row.GetInt64(2));
    }
}
