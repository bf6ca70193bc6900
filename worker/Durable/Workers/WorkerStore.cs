using System.Text.Json;
using Npgsql;
using NpgsqlTypes;
using RebaseBatch.Platform.Postgres;

namespace RebaseBatch.Durable.Workers;

/// <summary>
/// What each running worker says about itself, for people and for the question whether anybody can serve a job. Nothing is claimed,
/// renewed or fenced by these rows: a worker that could not report works on.
/// </summary>
sealed class WorkerStore(NpgsqlDataSource db)
{
    // Rows of workers that were killed are removed by those that live. The day leaves time to see what they lacked.
    const string Report = """
        WITH gone AS (DELETE FROM workers WHERE seen_at < now() - interval '1 day' AND worker_id <> $1)
        INSERT INTO workers (worker_id, seen_at, lacks) VALUES ($1, now(), $2)
        ON CONFLICT (worker_id) DO UPDATE SET seen_at = excluded.seen_at, lacks = excluded.lacks
        """;

    const string Remove = "DELETE FROM workers WHERE worker_id = $1";

    static readonly JsonSerializerOptions s_json = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };

    /// <summary>Says that the worker runs, and what it can't serve.</summary>
    public Task ReportAsync(string workerId, IReadOnlyList<WorkerLack> lacks, CancellationToken ct)
    {
        var clean = lacks.Select(lack => lack with { Reason = PostgresText.Clean(lack.Reason) });
        return ExecuteAsync(new(Report)
        {
            Parameters =
            {
                new() { Value = workerId },
                new() { Value = JsonSerializer.Serialize(clean, s_json), NpgsqlDbType = NpgsqlDbType.Jsonb },
            },
        }, ct);
    }

    /// <summary>Says that the worker has stopped.</summary>
    public Task RemoveAsync(string workerId, CancellationToken ct) =>
        ExecuteAsync(new(Remove) { Parameters = { new() { Value = workerId } } }, ct);

    async Task ExecuteAsync(NpgsqlBatchCommand statement, CancellationToken ct)
    {
        await using var batch = ReadCommitted.Alone(db, statement);
        await batch.ExecuteNonQueryAsync(ct);
    }
}
