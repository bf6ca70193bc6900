using Microsoft.Extensions.Logging;
using RebaseBatch.Platform.Async;
using RebaseBatch.Platform.Endurance;
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
    TimeProvider time, ServiceFaults faults, ILogger<IntakeWorker> log) : EnduringService("intake", time, faults, log)
{
    /// <summary>How long one call to an empty queue waits; the queue itself does the waiting.</summary>
    static readonly TimeSpan s_wait = TimeSpan.FromSeconds(30);

    static readonly TimeSpan s_firstPause = TimeSpan.FromSeconds(1);

    /// <summary>Time to tell the queue how a message ended, while this worker stops.</summary>
    static readonly TimeSpan s_settling = TimeSpan.FromSeconds(5);

    /// <summary>Longest detail of a dead letter.</summary>
    const int LongestDetail = 4096;

    readonly Backoff _backoff = BackoffUpTo(longestPause);
    readonly RepeatedFault _away = new("the database for messages", time, log);
    int _deferrals;

    /// <summary>Pauses after faults in a row.</summary>
    public static Backoff BackoffUpTo(TimeSpan longestPause) => new(s_firstPause, longestPause);

    protected override Backoff Pauses => _backoff;

    public override Task StartAsync(CancellationToken cancellationToken)
    {
        Logger.IntakeBegun(queue.Location);
        return base.StartAsync(cancellationToken);
    }

    protected override async Task<TimeSpan> RoundAsync(CancellationToken stop)
    {
        await freeCapacity.WaitAsync(stop);
        if (await queue.ReceiveAsync(s_wait, stop) is { } message) await TakeAsync(message, stop);
        else _deferrals = 0;
        return TimeSpan.Zero;
    }

    protected override void Tell(Exception fault) =>
        Logger.IntakeQueueFailed(queue.Location, fault.Message, fault is IOException or UserException ? null : fault);

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        await queue.DisposeAsync();
    }

    async Task TakeAsync(IntakeMessage message, CancellationToken stop)
    {
        var begun = Time.GetTimestamp();
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
            Logger.MessageFault(message.Id, e);
            end = new MessageEnd.Deferred(e.Message, IsDatabase: false);
        }
        finally
        {
            await held.CancelAsync();
            await keeping;
        }
        await SettleAsync(message, end);
        metrics.Processed(Time.GetElapsedTime(begun), end);
        if (end is not MessageEnd.Deferred deferred)
        {
            _deferrals = 0;
            // The job's batches are due: the main loop claims first, and then says whether there is still a free slot.
            if (end is MessageEnd.Accepted { IsNew: true }) freeCapacity.Set(false);
            return;
        }
        stop.ThrowIfCancellationRequested();
        // While the database is away, the worker receives nothing: each delivery brings a message nearer to the dead letters.
        if (deferred.IsDatabase)
            await DatabaseRetry.UntilAvailableAsync(() => store.FindAsync(message.Id, stop), _away, Time, Logger, stop);
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
                var half = (until - Time.GetUtcNow()) / 2;
                await Task.Delay(half > s_firstPause ? half : s_firstPause, Time, ct);
                until = await queue.RenewAsync(message, ct);
            }
        }
        catch (OperationCanceledException)
        {
            // The message has been settled.
        }
        catch (Exception e)
        {
            Logger.MessageLockLost(message.Id, e.Message);
        }
    }

    async Task SettleAsync(IntakeMessage message, MessageEnd end)
    {
        using var enough = new CancellationTokenSource(s_settling, Time);
        try
        {
            switch (end)
            {
                case MessageEnd.Accepted accepted:
                    Logger.MessageAccepted(message.Id, accepted.JobId, accepted.IsNew ? "made" : "known");
                    // After a crash before this line, or a failure of it, the next delivery finds the job and is completed.
                    await queue.CompleteAsync(message, enough.Token);
                    break;
                case MessageEnd.Refused refused:
                    Logger.MessageRefused(message.Id, refused.Reason, refused.Detail);
                    await queue.DeadLetterAsync(message, refused.Reason, refused.Detail.Length > LongestDetail
                        ? refused.Detail[..LongestDetail] : refused.Detail, enough.Token);
                    break;
                case MessageEnd.Deferred deferred:
                    Logger.MessageDeferred(message.Id, message.DeliveryCount, deferred.Why);
                    await queue.AbandonAsync(message, enough.Token);
                    break;
            }
        }
        catch (Exception e)
        {
            // Its lock runs out, and the next delivery ends in the same way.
            Logger.MessageUnsettled(message.Id, e.Message);
        }
    }

    Task PauseAsync(CancellationToken ct) => Task.Delay(_backoff.After(++_deferrals), Time, ct);
}
