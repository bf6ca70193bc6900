using Dapper;
using Npgsql;
using RebaseBatch.Durable.Results;
using RebaseBatch.Platform.Async;
using RebaseBatch.Platform.Postgres;

namespace RebaseBatch.Durable.Outbox;

/// <summary>The rows of the outbox: each is a batch or a job whose files are not written yet. Thread-safe.</summary>
sealed class OutboxStore(NpgsqlDataSource db)
{
    // due_at is the end of the lease as well: when a worker dies, its row is due again after half a minute, which is longer than a write
    // takes. Attempts count when the row is taken.
    static readonly string s_take = ReadCommitted.Alone("""
        WITH due AS MATERIALIZED (
            SELECT job_id, batch_no FROM outbox WHERE due_at <= now() ORDER BY due_at LIMIT 1 FOR UPDATE SKIP LOCKED)
        UPDATE outbox o
        SET due_at = now() + interval '30 seconds', lease_token = gen_random_uuid(), attempts = o.attempts + 1
        FROM due d
        WHERE o.job_id = d.job_id AND o.batch_no = d.batch_no
        RETURNING o.job_id AS "JobId", o.batch_no AS "BatchNo", o.lease_token AS "Token", o.attempts AS "Attempts"
        """);

    // When no row has the token, the batch was put back meanwhile, which makes its files void, or another worker took the row.
    static readonly string s_done = ReadCommitted.Alone("""
        WITH done AS (DELETE FROM outbox WHERE job_id = @JobId AND batch_no = @BatchNo AND lease_token = @Token RETURNING job_id, batch_no)
        INSERT INTO blobs (job_id, batch_no, kind, name, sha256, bytes)
        SELECT d.job_id, d.batch_no, f.kind, f.name, f.sha256, f.bytes
        FROM done d, unnest(@Kinds, @Names, @Hashes, @Sizes) AS f(kind, name, sha256, bytes)
        ON CONFLICT (job_id, batch_no, kind) DO UPDATE
        SET name = excluded.name, sha256 = excluded.sha256, bytes = excluded.bytes, created_at = now()
        """);

    static readonly string s_failed = ReadCommitted.Alone("""
        UPDATE outbox
        SET due_at = now() + make_interval(secs => @Backoff), lease_token = NULL, last_error = @Error
        WHERE job_id = @JobId AND batch_no = @BatchNo AND lease_token = @Token
        """);

    const string Failing = """
        SELECT (count(*) OVER ())::int, last_error FROM outbox WHERE last_error IS NOT NULL ORDER BY due_at DESC LIMIT 1
        """;

    // Only rows that nobody has.
    static readonly string s_wake = ReadCommitted.Alone("""
        UPDATE outbox SET due_at = now() WHERE last_error IS NOT NULL AND lease_token IS NULL AND due_at > now()
        """);

    /// <summary>The wait before the next attempt to write a row's files. More frequent attempts do not free a full disk sooner.</summary>
    public static Backoff Backoff { get; } = new(TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(256));

    /// <summary>Takes the row that has been due longest, for half a minute.</summary>
    /// <returns>Null when none is due.</returns>
    public async Task<OutboxRow?> TakeAsync(CancellationToken ct)
    {
        await using var connection = await db.OpenConnectionAsync(ct);
        return await connection.QuerySingleOrDefaultAsync<OutboxRow>(new CommandDefinition(s_take, cancellationToken: ct));
    }

    /// <summary>
    /// Stores the files' names and deletes the row, in one statement. Does neither if another worker took the row meanwhile.
    /// </summary>
    public async Task DoneAsync(OutboxRow due, IReadOnlyList<ResultFile> files, CancellationToken ct)
    {
        await using var connection = await db.OpenConnectionAsync(ct);
        await connection.ExecuteAsync(new CommandDefinition(s_done, new
        {
            due.JobId, due.BatchNo, due.Token,
            Kinds = files.Select(f => f.Kind).ToArray(),
            Names = files.Select(f => f.Name).ToArray(),
            Hashes = files.Select(f => f.Sha256).ToArray(),
            Sizes = files.Select(f => (long)f.Content.Length).ToArray(),
        }, cancellationToken: ct));
    }

    /// <summary>How many rows could not be written at their last attempt, and the error of the latest of them; null for none.</summary>
    public async Task<(int Rows, string Error)?> FailingAsync(CancellationToken ct)
    {
        await using var command = db.CreateCommand(Failing);
        await using var row = await command.ExecuteReaderAsync(ct);
        return await row.ReadAsync(ct) ? (row.GetInt32(0), row.GetString(1)) : null;
    }

    /// <summary>Makes the rows due whose last attempt failed: a write succeeded, so what was in the way may be gone.</summary>
    public async Task WakeAsync(CancellationToken ct)
    {
        await using var connection = await db.OpenConnectionAsync(ct);
        await connection.ExecuteAsync(new CommandDefinition(s_wake, cancellationToken: ct));
    }

    /// <summary>Puts the row back. It is due again after the backoff.</summary>
    /// <param name="error">Why its files could not be written.</param>
    public async Task FailedAsync(OutboxRow due, string error, CancellationToken ct)
    {
        await using var connection = await db.OpenConnectionAsync(ct);
        await connection.ExecuteAsync(new CommandDefinition(
            s_failed, new
            {
                due.JobId, due.BatchNo, due.Token, Backoff = Backoff.After(due.Attempts).TotalSeconds, Error = PostgresText.Clean(error),
            }, cancellationToken: ct));
    }
}
