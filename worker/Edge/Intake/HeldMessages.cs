using Microsoft.Extensions.Logging;
using RebaseBatch.Platform.Async;
using RebaseBatch.Platform.Telemetry;
using RebaseBatch.Solving;

namespace RebaseBatch.Edge.Intake;

/// <summary>
/// The messages that this worker holds. One that can't become a job now waits here under its lock, so that it does not hold up the others:
/// a message that is given back stands at the queue's head again, and each delivery brings it nearer to the dead letters. A crash loses
/// nothing: the locks run out, and the queue delivers the messages again.
/// </summary>
/// <param name="pauses">The waits between the tries of one message.</param>
sealed class HeldMessages(
    IIntakeQueue queue, MessageIntake intake, FreeCapacity freeCapacity, IntakeMetrics metrics, WaitBudget budget, Backoff pauses,
    TimeProvider time, ILogger log) : IDisposable
{
    /// <summary>
    /// Most messages held at once. Each costs its body (up to 256 KB) and a renewal for every half of a lock. The client counts a lock as
    /// 30 s at most, so these are up to nine calls a second for all of them.
    /// </summary>
    public const int Most = 128;

    readonly MessageSettlement _settlement = new(queue, time, log);
    readonly SemaphoreSlim _places = new(Most);
    readonly Lock _gate = new();
    readonly List<Task> _held = [];

    /// <summary>Waits for a place for one more. Each call is followed by <see cref="Take"/> or <see cref="Free"/>.</summary>
    public Task PlaceAsync(CancellationToken ct) => _places.WaitAsync(ct);

    /// <summary>No message came for the place.</summary>
    public void Free() => _places.Release();

    /// <summary>Takes a message into the place and works on it until it is settled.</summary>
    /// <returns>How the first try ended, once it has: the message is settled then, or it waits.</returns>
    public Task<MessageEnd> Take(IntakeMessage message, CancellationToken stop)
    {
        var first = new TaskCompletionSource<MessageEnd>(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_gate)
        {
            _held.RemoveAll(task => task.IsCompleted);
            _held.Add(KeepAsync(message, first, stop));
        }
        return first.Task;
    }

    /// <summary>After a stop: waits until every message is given back.</summary>
    public Task EndAsync()
    {
        lock (_gate) return Task.WhenAll(_held);
    }

    /// <summary>Gives a message back that came too late.</summary>
    public Task GiveBackAsync(IntakeMessage message) => _settlement.TellAsync(message, Stopped());

    async Task KeepAsync(IntakeMessage message, TaskCompletionSource<MessageEnd> first, CancellationToken stop)
    {
        await Task.Yield();
        var begun = time.GetTimestamp();
        using var settled = new CancellationTokenSource();
        using var settledOrStopped = CancellationTokenSource.CreateLinkedTokenSource(settled.Token, stop);
        var locked = new MessageLock(queue, message, time, log).KeepAsync(settledOrStopped.Token);
        try
        {
            var end = await EndOfAsync(message, begun, first, locked, stop);
            // The job's batches are due: the main loop claims first, and then says whether there is still a free slot.
            if (end is MessageEnd.Accepted { IsNew: true }) freeCapacity.Set(false);
            await settled.CancelAsync();
            await locked;
            await _settlement.TellAsync(message, end);
            metrics.Processed(time.GetElapsedTime(begun), end);
            first.TrySetResult(end);
        }
        catch (Exception e)
        {
            // A fault of the log or of the metrics. The lock runs out.
            first.TrySetException(e);
        }
        finally
        {
            _places.Release();
        }
    }

    /// <summary>Tries until the message is a job or refused, until its time is over, or until it must go back.</summary>
    async Task<MessageEnd> EndOfAsync(
        IntakeMessage message, long begun, TaskCompletionSource<MessageEnd> first, Task locked, CancellationToken stop)
    {
        var (left, hold) = (budget.Left(time.GetUtcNow() - message.EnqueuedAt), budget.Hold(message.DeliveryCount));
        var until = left < hold ? left : hold;
        for (var tries = 1; ; tries++)
        {
            var end = await TryAsync(message, stop);
            if (end is not MessageEnd.Deferred deferred || deferred.Cause is DeferralCause.Stop) return end;
            // While Postgres is away, no worker can try: the queue is left alone, and messages that already wait go on waiting.
            if (deferred.IsDatabase && tries == 1) return end;
            var rest = until - time.GetElapsedTime(begun);
            if (rest <= TimeSpan.Zero && !deferred.IsDatabase) return left <= hold ? Overdue(deferred) : deferred;
            if (first.TrySetResult(end))
                log.MessageWaits(message.Id, message.DeliveryCount, rest.TotalMinutes, deferred.Why);

            var pause = pauses.After(tries) * Backoff.Jitter(Random.Shared.NextDouble());
            // This program will not learn to read the version.
            if (deferred.Cause is DeferralCause.Version || pause > rest && !deferred.IsDatabase) pause = rest;
            await WaitAsync(pause, locked, stop);
            if (stop.IsCancellationRequested) return Stopped();
            // Without its lock the message is another worker's.
            if (locked.IsCompleted) return end;
        }
    }

    async Task WaitAsync(TimeSpan pause, Task locked, CancellationToken stop)
    {
        using var over = CancellationTokenSource.CreateLinkedTokenSource(stop);
        metrics.Waits(1);
        await Task.WhenAny(locked, Task.Delay(pause, time, over.Token));
        metrics.Waits(-1);
        await over.CancelAsync();
    }

    async Task<MessageEnd> TryAsync(IntakeMessage message, CancellationToken stop)
    {
        try
        {
            return await intake.AcceptAsync(message, stop);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            return Stopped();
        }
        catch (Exception e)
        {
            log.MessageFault(message.Id, e);
            return new MessageEnd.Deferred(e.Message, DeferralCause.Fault);
        }
    }

    MessageEnd.Refused Overdue(MessageEnd.Deferred deferred) => new(
        deferred.Cause switch
        {
            DeferralCause.Version => MessageIntake.NoNewerWorker,
            DeferralCause.Dataset => MessageIntake.DatasetUnreachable,
            _ => MessageIntake.ProgramFault,
        },
        FormattableString.Invariant($"it has waited for {budget.Longest.TotalHours:0.##} h (Rebase:Intake:WaitMaxHours): {deferred.Why}"));

    public void Dispose() => _places.Dispose();

    static MessageEnd.Deferred Stopped() => new("this worker is being stopped", DeferralCause.Stop);
}
