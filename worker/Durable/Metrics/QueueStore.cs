using Npgsql;

namespace RebaseBatch.Durable.Metrics;

/// <summary>Reads how much work waits.</summary>
sealed class QueueStore(NpgsqlDataSource db)
{
    const string State = """
        SELECT due, coalesce(extract(epoch FROM now() - oldest_due_at), 0)::double precision, (SELECT count(*) FROM outbox), unserved
        FROM v_queue
        """;

    public async Task<QueueState> ReadAsync(CancellationToken ct)
    {
        await using var command = db.CreateCommand(State);
        await using var row = await command.ExecuteReaderAsync(ct);
        await row.ReadAsync(ct);
        return new(row.GetInt32(0), row.GetDouble(1), row.GetInt64(2), row.GetInt32(3));
    }
}
