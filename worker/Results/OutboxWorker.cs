using Dapper;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;
using RebaseBatch.Database;
using RebaseBatch.Logging;
using RebaseBatch.Tracing;

namespace RebaseBatch.Results;

/// <summary>
/// Writes the files that ended batches and jobs left in the outbox, until each is there. Any number may drain at once: a row is taken for a
/// while, no transaction is open while a file is written, and as names hold the content's hash, doing it twice changes nothing.
/// </summary>
sealed class OutboxWorker(NpgsqlDataSource db, IResultBlobs blobs, TimeProvider time, ILogger<OutboxWorker> log) : BackgroundService
{
    static readonly TimeSpan s_poll = TimeSpan.FromSeconds(1);

    // due_at serves as the end of the lease too: a drainer that died leaves the row due again after half a minute, longer than a
    // write takes. Attempts count at the claim.
    const string Take = """
        WITH due AS MATERIALIZED (
            SELECT job_id, batch_no FROM outbox WHERE due_at <= now() ORDER BY due_at LIMIT 1 FOR UPDATE SKIP LOCKED)
        UPDATE outbox o
        SET due_at = now() + interval '30 seconds', lease_token = gen_random_uuid(), attempts = o.attempts + 1
        FROM due d
        WHERE o.job_id = d.job_id AND o.batch_no = d.batch_no
        RETURNING o.job_id AS "JobId", o.batch_no AS "BatchNo", o.lease_token AS "Token", o.attempts AS "Attempts"
        """;

    // No row left under the token: the batch was put back meanwhile (its files are void), or another drainer took over.
    const string Done = """
        WITH done AS (DELETE FROM outbox WHERE job_id = @JobId AND batch_no = @BatchNo AND lease_token = @Token RETURNING job_id, batch_no)
        INSERT INTO blobs (job_id, batch_no, kind, name, sha256, bytes)
        SELECT d.job_id, d.batch_no, f.kind, f.name, f.sha256, f.bytes
        FROM done d, unnest(@Kinds, @Names, @Hashes, @Sizes) AS f(kind, name, sha256, bytes)
        ON CONFLICT (job_id, batch_no, kind) DO UPDATE
        SET name = excluded.name, sha256 = excluded.sha256, bytes = excluded.bytes, created_at = now()
        """;

    const string Failed = """
        UPDATE outbox
        SET due_at = now() + make_interval(secs => @Backoff), lease_token = NULL, last_error = @Error
        WHERE job_id = @JobId AND batch_no = @BatchNo AND lease_token = @Token
        """;

    readonly ResultFiles _files = new(db);

    /// <summary>Drains until <paramref name="stoppingToken"/> is cancelled; waits out whatever fails.</summary>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var away = false;
        while (true)
        {
            try
            {
                await DrainOnceAsync(stoppingToken);
                away = false;
            }
            catch (NpgsqlException e) when (!stoppingToken.IsCancellationRequested)
            {
                // Once an outage: the renewals say the rest.
                if (!away) log.OutboxUnread(e.Message);
                away = true;
            }

            await Task.Delay(s_poll, time, stoppingToken);
        }
    }

    /// <summary>Stops after the batches have: what they left is written before the process goes, as far as the grace time allows.</summary>
    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        try
        {
            await DrainOnceAsync(cancellationToken);
        }
        catch (Exception e) when (e is NpgsqlException or OperationCanceledException)
        {
            // Another worker, or the next run, writes it.
            log.OutboxUnread(e.Message);
        }
    }

    /// <summary>Writes everything that is due now. A file that can't be written is noted in its row and due again later.</summary>
    /// <returns>How many batches and jobs got all their files.</returns>
    public async Task<int> DrainOnceAsync(CancellationToken ct)
    {
        var written = 0;
        while (await TakeAsync(ct) is { } due)
        {
            using var span = Spans.Start("outbox.write")?.SetTag("job_id", due.JobId).SetTag("batch_no", due.BatchNo).SetTag("attempt", due.Attempts);
            try
            {
                var files = await _files.BuildAsync(due.JobId, due.BatchNo, ct);
                span?.SetTag("files", files.Count).SetTag("bytes", files.Sum(file => (long)file.Content.Length));
                foreach (var file in files) await blobs.PutOnceAsync(file.Name, file.Content, ct);
                // A crash before this line: the files are there without a row that names them; the next drainer finds them the same.
                await DoneAsync(due, files, ct);
                written++;
            }
            catch (Exception e) when (e is not OperationCanceledException and not NpgsqlException)
            {
                span?.Fail(e);
                log.ResultFilesNotWritten(due.JobId, due.BatchNo, due.Attempts, e.Message, e);
                await FailedAsync(due, e.Message, ct);
            }
        }
        return written;
    }

    async Task<DueRow?> TakeAsync(CancellationToken ct)
    {
        await using var connection = await db.OpenConnectionAsync(ct);
        return await connection.QuerySingleOrDefaultAsync<DueRow>(new CommandDefinition(Take, cancellationToken: ct));
    }

    async Task DoneAsync(DueRow due, IReadOnlyList<ResultFile> files, CancellationToken ct)
    {
        await using var connection = await db.OpenConnectionAsync(ct);
        await connection.ExecuteAsync(new CommandDefinition(Done, new
        {
            due.JobId, due.BatchNo, due.Token,
            Kinds = files.Select(f => f.Kind).ToArray(),
            Names = files.Select(f => f.Name).ToArray(),
            Hashes = files.Select(f => f.Sha256).ToArray(),
            Sizes = files.Select(f => (long)f.Content.Length).ToArray(),
        }, cancellationToken: ct));
    }

    async Task FailedAsync(DueRow due, string error, CancellationToken ct)
    {
        // 1, 2, 4 ... 256 seconds: a full disk is not freed sooner for being asked more often.
        var backoff = Math.Pow(2, Math.Min(due.Attempts - 1, 8));
        await using var connection = await db.OpenConnectionAsync(ct);
        await connection.ExecuteAsync(new CommandDefinition(
            Failed, new { due.JobId, due.BatchNo, due.Token, Backoff = backoff, Error = PostgresText.Clean(error) }, cancellationToken: ct));
    }

    sealed record DueRow(long JobId, int BatchNo, Guid Token, int Attempts);
}
