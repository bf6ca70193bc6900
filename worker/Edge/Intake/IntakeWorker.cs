using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using RebaseBatch.Platform.Async;
using RebaseBatch.Platform.Errors;
using RebaseBatch.Platform.Postgres;
using RebaseBatch.Platform.Telemetry;
using RebaseBatch.Solving;

namespace RebaseBatch.Edge.Intake;

/// <summary>
/// Takes a message off the queue whenever this worker has a free slot, makes a job from it in Postgres, and only then completes it. A lock
/// can't last for hours of work, so the message is only a trigger. If a job can't be made now, the message goes back and the worker pauses.
/// </summary>
sealed class IntakeWorker(
    IIntakeQueue queue, MessageIntake intake, IntakeStore store, FreeCapacity freeCapacity, IntakeMetrics metrics, TimeSpan longestPause,
    TimeProvider time, ILogger<IntakeWorker> log) : BackgroundService
{
    /// <summary>How long one call to an empty queue waits; the queue itself does the waiting.</summary>
    static readonly TimeSpan s_wait = TimeSpan.FromSeconds(30);

    static readonly TimeSpan s_firstPause = TimeSpan.FromSeconds(1);

    /// <summary>Time to tell the queue how a message ended, while this worker stops.</summary>
    static readonly TimeSpan s_settling = TimeSpan.FromSeconds(5);

    /// <summary>Longest detail of a dead letter.</summary>
    const int LongestDetail = 4096;

    readonly Backoff _backoff = BackoffUpTo(longestPause);
    int _failures;

    /// <summary>Pauses after faults in a row.</summary>
    public static Backoff BackoffUpTo(TimeSpan longestPause) => new(s_firstPause, longestPause);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        log.IntakeBegun(queue.Location);
        while (true)
        {
            await freeCapacity.WaitAsync(stoppingToken);
            try
            {
                if (await queue.ReceiveAsync(s_wait, stoppingToken) is { } message) await TakeAsync(message, stoppingToken);
                else _failures = 0;
            }
            catch (Exception e) when (!stoppingToken.IsCancellationRequested)
            {
                // No fault of the intake may end the batches that this worker holds.
                log.IntakeQueueFailed(queue.Location, e.Message, e is IOException or UserException ? null : e);
                await PauseAsync(stoppingToken);
            }
        }
    }

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        await queue.DisposeAsync();
    }

    async Task TakeAsync(IntakeMessage message, CancellationToken stop)
    {
        var begun = time.GetTimestamp();
        using var held = CancellationTokenSource.CreateLinkedTokenSource(stop);
        var keeping = KeepLockedAsync(message, held.Token);
        MessageEnd end;
        try
        {
            end = await intake.AcceptAsync(message, stop);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            end = new MessageEnd.Deferred("this worker is being stopped", IsDatabase: false);
        }
        catch (Exception e)
        {
            log.MessageFault(message.Id, e);
            end = new MessageEnd.Deferred(e.Message, IsDatabase: false);
        }
        finally
        {
            await held.CancelAsync();
            await keeping;
        }
        await SettleAsync(message, end);
        metrics.Processed(time.GetElapsedTime(begun), end);
        if (end is not MessageEnd.Deferred deferred)
        {
            _failures = 0;
            // The job's batches are due: the main loop claims first, and then says whether there is still a free slot.
            if (end is MessageEnd.Accepted { IsNew: true }) freeCapacity.Set(false);
            return;
        }
        stop.ThrowIfCancellationRequested();
        // While the database is away, the worker receives nothing: each delivery brings a message nearer to the dead letters.
        if (deferred.IsDatabase) await DatabaseRetry.UntilAvailableAsync(() => store.FindAsync(message.Id, stop), time, log, stop);
        else await PauseAsync(stop);
    }

    /// <summary>
    /// Renews at half time until cancelled. A lost lock needs no action: the job is made once, however often its message is delivered.
    /// </summary>
    async Task KeepLockedAsync(IntakeMessage message, CancellationToken ct)
    {
        var until = message.LockedUntil;
        try
        {
            while (true)
            {
                var half = (until - time.GetUtcNow()) / 2;
                await Task.Delay(half > s_firstPause ? half : s_firstPause, time, ct);
                until = await queue.RenewAsync(message, ct);
            }
        }
        catch (OperationCanceledException)
        {
            // The message has been settled.
        }
        catch (Exception e)
        {
            log.MessageLockLost(message.Id, e.Message);
        }
    }

    async Task SettleAsync(IntakeMessage message, MessageEnd end)
    {
        using var enough = new CancellationTokenSource(s_settling, time);
        try
        {
            switch (end)
            {
                case MessageEnd.Accepted accepted:
                    log.MessageAccepted(message.Id, accepted.JobId, accepted.IsNew ? "made" : "known");
                    // After a crash before this line, or a failure of it, the next delivery finds the job and is completed.
                    await queue.CompleteAsync(message, enough.Token);
                    break;
                case MessageEnd.Refused refused:
                    log.MessageRefused(message.Id, refused.Reason, refused.Detail);
                    await queue.DeadLetterAsync(message, refused.Reason, refused.Detail.Length > LongestDetail
                        ? refused.Detail[..LongestDetail] : refused.Detail, enough.Token);
                    break;
                case MessageEnd.Deferred deferred:
                    log.MessageDeferred(message.Id, message.DeliveryCount, deferred.Why);
                    await queue.AbandonAsync(message, enough.Token);
                    break;
            }
        }
        catch (Exception e)
        {
            // Its lock runs out, and the next delivery ends in the same way.
            log.MessageUnsettled(message.Id, e.Message);
        }
    }

    Task PauseAsync(CancellationToken ct) => Task.Delay(_backoff.After(++_failures), time, ct);
}
