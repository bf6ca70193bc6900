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
    // The start stays as first told: computed anew, it would tremble with the round trips. Another start is of another process.
    // Rows of workers that were killed are removed by those that live. The day leaves time to see what they lacked.
    const string Report = """
        WITH gone AS (DELETE FROM workers WHERE seen_at < now() - interval '1 day' AND worker_id <> $1)
        INSERT INTO workers (worker_id, seen_at, lacks, host, process_id, version, started_at, draining, max_batches, tokens_per_second,
            models, devices, labels, only_models)
        VALUES ($1, now(), $2, $3, $4, $5, now() - make_interval(secs => $6), $7, $8, $9, $10, $11, $12, $13)
        ON CONFLICT (worker_id) DO UPDATE SET seen_at = excluded.seen_at, lacks = excluded.lacks, host = excluded.host,
            process_id = excluded.process_id, version = excluded.version, draining = excluded.draining,
            max_batches = excluded.max_batches, tokens_per_second = excluded.tokens_per_second, models = excluded.models,
            devices = excluded.devices, labels = excluded.labels, only_models = excluded.only_models,
            started_at = CASE WHEN abs(extract(epoch FROM workers.started_at - excluded.started_at)) < 2 THEN workers.started_at
                ELSE excluded.started_at END
        """;

    const string Remove = "DELETE FROM workers WHERE worker_id = $1";

    static readonly JsonSerializerOptions s_json = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };

    /// <summary>Says that the worker runs, and what it can't serve.</summary>
    /// <param name="self">Null: nothing else is known of it.</param>
    public Task ReportAsync(string workerId, IReadOnlyList<WorkerLack> lacks, CancellationToken ct, WorkerHeartbeat? self = null)
    {
        var clean = lacks.Select(lack => lack with { Reason = PostgresText.Clean(lack.Reason) });
        return ExecuteAsync(new(Report)
        {
            Parameters =
            {
                new() { Value = workerId },
                new() { Value = JsonSerializer.Serialize(clean, s_json), NpgsqlDbType = NpgsqlDbType.Jsonb },
                Maybe(self is null ? null : PostgresText.Clean(self.Host), NpgsqlDbType.Text),
                Maybe(self?.ProcessId, NpgsqlDbType.Integer),
                Maybe(self?.Version, NpgsqlDbType.Text),
                Maybe(self?.UpSeconds, NpgsqlDbType.Double),
                Maybe(self?.IsDraining, NpgsqlDbType.Boolean),
                Maybe(self?.MaxBatches, NpgsqlDbType.Integer),
                Maybe(self?.TokensPerSecond, NpgsqlDbType.Double),
                Maybe(self is null ? null : PostgresText.Clean(JsonSerializer.Serialize(self.Models, s_json)), NpgsqlDbType.Jsonb),
                Texts(self?.Devices),
                Texts(self?.Labels),
                Texts(self?.OnlyModels),
            },
        }, ct);
    }

    /// <summary>Says that the worker has stopped.</summary>
    public Task RemoveAsync(string workerId, CancellationToken ct) =>
        ExecuteAsync(new(Remove) { Parameters = { new() { Value = workerId } } }, ct);

    static NpgsqlParameter Maybe(object? value, NpgsqlDbType type) => new() { Value = value ?? DBNull.Value, NpgsqlDbType = type };

    static NpgsqlParameter Texts(IReadOnlyList<string>? texts) =>
        Maybe(texts?.Select(PostgresText.Clean).ToArray(), NpgsqlDbType.Array | NpgsqlDbType.Text);

    async Task ExecuteAsync(NpgsqlBatchCommand statement, CancellationToken ct)
    {
        await using var batch = ReadCommitted.Alone(db, statement);
        await batch.ExecuteNonQueryAsync(ct);
    }
}
