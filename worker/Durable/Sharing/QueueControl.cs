using Dapper;
using Npgsql;
using RebaseBatch.Durable.Batches;
using RebaseBatch.Durable.Events;
using RebaseBatch.Durable.Jobs;
using RebaseBatch.Platform.Postgres;

namespace RebaseBatch.Durable.Sharing;

/// <summary>What an operator does with the whole queue: pauses it, and limits the batches of a model.</summary>
sealed class QueueControl(NpgsqlDataSource db)
{
    const string Read = """
        SELECT (SELECT paused_at FROM queue_pause) AS "PausedAt", due AS "Due", running AS "Running", later AS "Later", paused AS "Paused",
            unserved AS "Unserved"
        FROM v_queue
        """;

    const string Caps = $"""
        SELECT m.model AS "Model", m.most_running AS "MostRunning", (
            SELECT count(*)::int FROM batches b JOIN kinds k ON k.kind_id = b.kind
            WHERE b.state = '{BatchStates.Running}' AND m.model = ANY(k.models)) AS "Running"
        FROM model_caps m ORDER BY m.model
        """;

    static readonly string s_pause = ReadCommitted.Alone($"""
        WITH done AS (INSERT INTO queue_pause DEFAULT VALUES ON CONFLICT DO NOTHING RETURNING 1)
        INSERT INTO events (who, what) SELECT @Who, '{Deeds.QueuePaused}' FROM done
        """);

    static readonly string s_resume = ReadCommitted.Alone($"""
        WITH done AS (DELETE FROM queue_pause RETURNING 1) INSERT INTO events (who, what) SELECT @Who, '{Deeds.QueueResumed}' FROM done
        """);

    static readonly string s_announce = ReadCommitted.Alone($"NOTIFY {EnqueueListener.Channel}");

    // In one transaction with its event and its announcement: idle workers look again at once, and more may be theirs now.
    static readonly string s_cap = ReadCommitted.Alone($"""
        WITH done AS (
            INSERT INTO model_caps (model, most_running) VALUES (@Model, @MostRunning)
            ON CONFLICT (model) DO UPDATE SET most_running = excluded.most_running RETURNING 1)
        INSERT INTO events (who, what, detail) SELECT @Who, '{Deeds.QueueCapped}', @Model || ': at most ' || @MostRunning FROM done;
        NOTIFY {EnqueueListener.Channel}
        """);

    static readonly string s_uncap = ReadCommitted.Alone($"""
        WITH done AS (DELETE FROM model_caps WHERE model = @Model RETURNING 1)
        INSERT INTO events (who, what, detail) SELECT @Who, '{Deeds.QueueUncapped}', @Model FROM done;
        NOTIFY {EnqueueListener.Channel}
        """);

    public async Task<QueueSettings> ReadAsync(CancellationToken ct)
    {
        await using var connection = await db.OpenConnectionAsync(ct);
        var queue = await connection.QuerySingleAsync<QueueSettings>(new CommandDefinition(Read, cancellationToken: ct));
        return queue with { Caps = (await connection.QueryAsync<ModelCap>(new CommandDefinition(Caps, cancellationToken: ct))).AsList() };
    }

    /// <summary>
    /// No claim takes anything from now on, and each holder gives its batches back at its next renewal, with all finished steps stored.
    /// </summary>
    /// <returns>False: it is paused already.</returns>
    public Task<bool> PauseAsync(CancellationToken ct) => ExecuteAsync(s_pause, new { Who = Actor.OfProcess.Name }, ct);

    /// <summary>The queue goes on; paused jobs stay paused. False: it is not paused.</summary>
    public async Task<bool> ResumeAsync(CancellationToken ct)
    {
        var resumed = await ExecuteAsync(s_resume, new { Who = Actor.OfProcess.Name }, ct);
        await ExecuteAsync(s_announce, new { }, ct);
        return resumed;
    }

    /// <summary>Limits the running batches of jobs with the model. Those that run beyond it run to their end.</summary>
    public Task CapAsync(string model, int mostRunning, CancellationToken ct) =>
        ExecuteAsync(s_cap, new { Model = PostgresText.Clean(model), MostRunning = mostRunning, Who = Actor.OfProcess.Name }, ct);

    /// <summary>Takes the limit away. False: there is none.</summary>
    public Task<bool> UncapAsync(string model, CancellationToken ct) =>
        ExecuteAsync(s_uncap, new { Model = PostgresText.Clean(model), Who = Actor.OfProcess.Name }, ct);

    async Task<bool> ExecuteAsync(string sql, object parameters, CancellationToken ct)
    {
        await using var connection = await db.OpenConnectionAsync(ct);
        return await connection.ExecuteAsync(new CommandDefinition(sql, parameters, cancellationToken: ct)) > 0;
    }
}
