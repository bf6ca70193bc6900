using Microsoft.Extensions.Logging;
using Npgsql;
using RebaseBatch.Durable.Jobs;
using RebaseBatch.Durable.Results;
using RebaseBatch.Platform.Endurance;
using RebaseBatch.Platform.Postgres;
using RebaseBatch.Platform.Telemetry;

namespace RebaseBatch.Durable.Outbox;

/// <summary>
/// Writes the files that ended batches and jobs left in the outbox, and tries again until each is written. Any number of workers may do so
/// at once. A worker takes a row for a while, and no transaction is open while it writes. The files' names hold their content's hash, so
/// writing one twice changes nothing.
/// </summary>
sealed class OutboxWorker(
    NpgsqlDataSource db, IResultBlobs blobs, TimeProvider time, ServiceFaults faults, ILogger<OutboxWorker> log,
    UnansweredNotices? notices = null)
    : EnduringService("outbox", time, faults, log)
{
    static readonly TimeSpan s_poll = TimeSpan.FromSeconds(1);

    readonly OutboxStore _outbox = new(db);
    readonly ResultFiles _files = new(db);

    // Whether the disk or the store refused the last write: then the first one that succeeds wakes the rows that wait.
    volatile bool _refused;

    /// <summary>Writes what is due. After a failure it waits and tries again.</summary>
    protected override async Task<TimeSpan> RoundAsync(CancellationToken stop)
    {
        // A row that is taken is written to its end, also when the worker is told to stop meanwhile. Otherwise nobody could take it for
        // half a minute, and this process would end without its files. The host waits for the write as long as the grace time allows.
        await DrainAsync(stop, CancellationToken.None);
        return s_poll;
    }

    protected override void Tell(Exception fault)
    {
        if (fault is NpgsqlException) Logger.OutboxUnread(fault.Message);
        else base.Tell(fault);
    }

    /// <summary>Stops after the batches: their files are written before the process ends, as far as the grace time allows.</summary>
    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        try
        {
            await DrainOnceAsync(cancellationToken);
        }
        catch (Exception e)
        {
            // Another worker, or the next run, writes it.
            Logger.OutboxUnread(e.Message);
        }
    }

    /// <summary>Writes everything that is due now. If a file can't be written, its row gets the error and is due again later.</summary>
    /// <returns>The number of batches and jobs whose files are all written.</returns>
    public Task<int> DrainOnceAsync(CancellationToken ct) => DrainAsync(ct, ct);

    /// <param name="stop">Cancelled: no further row is taken.</param>
    /// <param name="ct">Cancelled: a row that is taken is given up too.</param>
    async Task<int> DrainAsync(CancellationToken stop, CancellationToken ct)
    {
        var written = 0;
        while (!stop.IsCancellationRequested && await _outbox.TakeAsync(ct) is { } due)
        {
            using var span = Spans.Start("outbox.write")?
                .SetTag("job_id", due.JobId).SetTag("batch_no", due.BatchNo).SetTag("attempt", due.Attempts);
            try
            {
                var files = await _files.BuildAsync(due.JobId, due.BatchNo, ct);
                span?.SetTag("files", files.Count).SetTag("bytes", files.Sum(file => (long)file.Content.Length));
                foreach (var file in files) await blobs.PutOnceAsync(file.Name, file.Content, ct);
                // After a crash before this line no row names the files. The next worker writes the same content, and finds it there.
                await _outbox.DoneAsync(due, files, ct);
                written++;
                // Here, as a job ends in several ways, and its summary is due after each of them.
                if (due.BatchNo == 0 && files.Count > 0 && notices is not null) await notices.JobEndedAsync(due.JobId, ct);
                if (_refused) await WakeAsync(ct);
            }
            catch (Exception e) when (e is not OperationCanceledException && !DatabaseFaults.IsUnavailable(e))
            {
                span?.Fail(e);
                _refused |= e is IOException;
                Logger.ResultFilesNotWritten(due.JobId, due.BatchNo, due.Attempts, e.Message, e);
                await _outbox.FailedAsync(due, e.Message, ct);
            }
        }
        return written;
    }

    // After a crash before this the rows are due when their wait is over, four minutes later at most.
    async Task WakeAsync(CancellationToken ct)
    {
        _refused = false;
        await _outbox.WakeAsync(ct);
    }
}
