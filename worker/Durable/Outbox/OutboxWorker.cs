using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;
using RebaseBatch.Durable.Results;
using RebaseBatch.Platform.Telemetry;

namespace RebaseBatch.Durable.Outbox;

/// <summary>
/// Writes the files that ended batches and jobs left in the outbox, until each is there. Any number may drain at once: a row is taken for a
/// while, no transaction is open while a file is written, and as names hold the content's hash, doing it twice changes nothing.
/// </summary>
sealed class OutboxWorker(NpgsqlDataSource db, IResultBlobs blobs, TimeProvider time, ILogger<OutboxWorker> log) : BackgroundService
{
    static readonly TimeSpan s_poll = TimeSpan.FromSeconds(1);

    readonly OutboxStore _outbox = new(db);
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
        while (await _outbox.TakeAsync(ct) is { } due)
        {
            using var span = Spans.Start("outbox.write")?.SetTag("job_id", due.JobId).SetTag("batch_no", due.BatchNo).SetTag("attempt", due.Attempts);
            try
            {
                var files = await _files.BuildAsync(due.JobId, due.BatchNo, ct);
                span?.SetTag("files", files.Count).SetTag("bytes", files.Sum(file => (long)file.Content.Length));
                foreach (var file in files) await blobs.PutOnceAsync(file.Name, file.Content, ct);
                // A crash before this line: the files are there without a row that names them; the next drainer finds them the same.
                await _outbox.DoneAsync(due, files, ct);
                written++;
            }
            catch (Exception e) when (e is not OperationCanceledException and not NpgsqlException)
            {
                span?.Fail(e);
                log.ResultFilesNotWritten(due.JobId, due.BatchNo, due.Attempts, e.Message, e);
                await _outbox.FailedAsync(due, e.Message, ct);
            }
        }
        return written;
    }
}
