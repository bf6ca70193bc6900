using System.Text.Json;
using Npgsql;
using RebaseBatch.Durable.Batches;
using RebaseBatch.Platform.Postgres;

namespace RebaseBatch.Durable.Workers;

/// <summary>Reads which workers run or hold batches, for people. The held batches are few, and have an index of their own.</summary>
sealed class WorkerQueries(NpgsqlDataSource db)
{
    // A minute, as in v_unserved: six reports are missing then. The living ones first.
    const string Rows = $$"""
        SELECT coalesce(w.worker_id, h.lease_owner) AS worker_id, w.host, w.process_id, w.version, w.started_at, w.seen_at,
            extract(epoch FROM now() - w.seen_at)::double precision AS seen_seconds,
            coalesce(w.seen_at > now() - interval '1 minute', false) AS is_alive, coalesce(w.draining, false) AS draining,
            w.max_batches, w.tokens_per_second, coalesce(w.models, '[]')::text AS models, coalesce(w.devices, '{}') AS devices,
            coalesce(w.labels, '{}') AS labels, w.only_models,
            coalesce(h.batches, '[]')::text AS batches, h.leased_until,
            (SELECT string_agg(DISTINCT l ->> 'reason', '; ') FROM jsonb_array_elements(w.lacks) l) AS lacks
        FROM workers w FULL JOIN (
            SELECT b.lease_owner, max(b.lease_until) AS leased_until,
                jsonb_agg(jsonb_build_object('job', b.job_id, 'batch', b.batch_no, 'dataset', j.dataset_name)
                    ORDER BY b.job_id, b.batch_no) AS batches
            FROM batches b JOIN jobs j USING (job_id)
            WHERE b.state = '{{BatchStates.Running}}'
            GROUP BY b.lease_owner) h ON h.lease_owner = w.worker_id
        WHERE @All OR h.lease_owner IS NOT NULL OR w.seen_at > now() - interval '1 hour'
        ORDER BY is_alive DESC, worker_id
        """;

    static readonly JsonSerializerOptions s_json = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };

    /// <param name="all">Also those that were lost more than an hour ago; after a day their rows are deleted.</param>
    public async Task<IReadOnlyList<WorkerRow>> ListAsync(CancellationToken ct, bool all = false)
    {
        await using var command = db.CreateCommand(Rows);
        command.Parameters.AddWithValue("All", all);
        await using var reader = await command.ExecuteReaderAsync(ct);
        var (row, workers) = (new NamedRow(reader), new List<WorkerRow>());
        while (await reader.ReadAsync(ct)) workers.Add(Read(row));
        return workers;
    }

    static WorkerRow Read(NamedRow row)
    {
        var batches = JsonSerializer.Deserialize<HeldBatch[]>(row.Get<string>("batches"), s_json)!;
        var isAlive = row.Get<bool>("is_alive");
        return new()
        {
            WorkerId = row.Get<string>("worker_id"),
            State = !isAlive ? WorkerState.Lost : row.Get<bool>("draining") ? WorkerState.Draining
                : batches.Length > 0 ? WorkerState.Working : WorkerState.Idle,
            Host = row.Text("host"),
            ProcessId = row.Optional<int>("process_id"),
            Version = row.Text("version"),
            StartedAt = row.Optional<DateTimeOffset>("started_at"),
            SeenAt = row.Optional<DateTimeOffset>("seen_at"),
            SeenSeconds = row.Optional<double>("seen_seconds"),
            MaxBatches = row.Optional<int>("max_batches"),
            TokensPerSecond = isAlive ? row.Optional<double>("tokens_per_second") : null,
            Models = JsonSerializer.Deserialize<HeldModel[]>(row.Get<string>("models"), s_json)!,
            Devices = row.Get<string[]>("devices"),
            Labels = row.Get<string[]>("labels"),
            OnlyModels = row.Texts("only_models"),
            Batches = batches,
            LeasedUntil = row.Optional<DateTimeOffset>("leased_until"),
            Lacks = row.Text("lacks"),
        };
    }
}
