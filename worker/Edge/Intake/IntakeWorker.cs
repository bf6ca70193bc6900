using Microsoft.Extensions.Hosting;
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
/// can't last for hours of work, so the message is only a trigger. If a job can't be made now, the worker holds the message
/// and goes on with the next one.
/// </summary>
sealed class IntakeWorker(
    IIntakeQueue queue, MessageIntake intake, IntakeStore store, FreeCapacity freeCapacity, IntakeMetrics metrics, IntakeOptions options,
    TimeProvider time, ServiceFaults faults, ILogger<IntakeWorker> log) : EnduringService("intake", time, faults, log),
    IHostedLifecycleService
{
    /// <summary>How long one call to an empty queue waits; the queue itself does the waiting.</summary>
    static readonly TimeSpan s_wait = TimeSpan.FromSeconds(30);

    static readonly TimeSpan s_firstPause = TimeSpan.FromSeconds(1);

    /// <summary>
    /// How long the worker waits for one message before it goes on with the next: a server of datasets may take minutes to answer nothing.
    /// It is also the time between two downloads that begin while others run.
    /// </summary>
    static readonly TimeSpan s_patience = TimeSpan.FromSeconds(1);

    readonly Backoff _backoff = BackoffUpTo(options.PauseMax);
    readonly RepeatedFault _away = new("the database for messages", time, log);
    readonly RepeatedFault _unreadable = new("the reading of a message", time, log);
    readonly HeldMessages _held =
        new(queue, intake, freeCapacity, metrics, options.WaitBudget, BackoffUpTo(options.PauseMax), time, log);

    volatile QueueTrouble? _trouble = QueueTrouble.NotAsked;
    Task? _ending;

    /// <summary>Why no message can be received for now; null when the queue answered last.</summary>
    public QueueTrouble? Trouble => _trouble;

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
        if (_trouble is { } trouble)
        {
            await AskAsync(() => queue.ProbeAsync(stop).WaitAsync(stop), atReceive: false, stop);
            // What only a receive can find, such as a queue of sessions, only a receive can clear.
            if (trouble is not { IsRefused: true, AtReceive: true })
            {
                _trouble = null;
                return TimeSpan.Zero;
            }
        }

        await freeCapacity.WaitAsync(stop);
        await _held.PlaceAsync(stop);
        if (await NextAsync(stop) is { } message) await TakeAsync(message, stop);
        return TimeSpan.Zero;
    }

    protected override Task EndAsync() => _held.EndAsync();

    protected override void Tell(Exception fault)
    {
        if (fault is UserException) Logger.IntakeQueueRefused(queue.Location, fault.Message);
        else Logger.IntakeQueueFailed(queue.Location, fault.Message, fault is IOException ? null : fault);
    }

    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>
    /// Begins the stop and does not wait for it. The host waits for each service before it stops the next one, and the batches must not
    /// keep their time for draining until a queue has answered.
    /// </summary>
    public Task StoppingAsync(CancellationToken cancellationToken)
    {
        _ending = FinishAsync(cancellationToken);
        return Task.CompletedTask;
    }

    public override Task StopAsync(CancellationToken cancellationToken) =>
        _ending is null ? FinishAsync(cancellationToken) : Task.CompletedTask;

    /// <summary>The batches have drained: waits for what is left of the intake.</summary>
    public Task StoppedAsync(CancellationToken cancellationToken) => _ending ?? Task.CompletedTask;

    async Task FinishAsync(CancellationToken ct)
    {
        await base.StopAsync(ct);
        try
        {
            await queue.DisposeAsync().AsTask().WaitAsync(MessageSettlement.Longest, Time, ct);
        }
        catch (Exception e) when (e is TimeoutException or OperationCanceledException)
        {
            // It does not answer. The end of the process closes the connection.
        }
    }

    public override void Dispose()
    {
        _held.Dispose();
        base.Dispose();
    }

    /// <returns>Null if no message came; then its place is free again.</returns>
    async Task<IntakeMessage?> NextAsync(CancellationToken stop)
    {
        IntakeMessage? message = null;
        try
        {
            await AskAsync(async () => message = await ReceiveAsync(stop), atReceive: true, stop);
            _trouble = null;
            return message;
        }
        finally
        {
            if (message is null) _held.Free();
        }
    }

    async Task<IntakeMessage?> ReceiveAsync(CancellationToken stop)
    {
        // On an empty queue the end of the wait is the first sign that a trouble is over.
        var receiving = queue.ReceiveAsync(_trouble is null ? s_wait : s_patience, stop);
        // The client may not look at the token while its call is on the way.
        await ((Task)receiving.WaitAsync(stop)).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (stop.IsCancellationRequested) await GiveLateOneBackAsync(receiving);
        stop.ThrowIfCancellationRequested();
        try
        {
            return await receiving;
        }
        catch (UnreadableMessageException e)
        {
            // Its lock holds it, so the next call takes the next message. A pause would let it hold those up.
            _unreadable.Happened(e, () => Logger.MessageUnreadable(queue.Location, e.Message));
            return null;
        }
    }

    /// <summary>Asks the queue, and remembers and counts why it does not answer.</summary>
    async Task AskAsync(Func<Task> ask, bool atReceive, CancellationToken stop)
    {
        try
        {
            await ask();
        }
        catch (Exception e) when (!stop.IsCancellationRequested)
        {
            _trouble = new(e.Message, e is UserException, atReceive);
            metrics.QueueFailed(e is UserException);
            throw;
        }
    }

    /// <summary>Waits a moment for a message that is on its way. One that comes later stays locked until its lock runs out.</summary>
    async Task GiveLateOneBackAsync(Task<IntakeMessage?> receiving)
    {
        await Task.WhenAny(receiving, Task.Delay(s_patience, Time, CancellationToken.None));
        if (receiving.IsCompletedSuccessfully && await receiving is { } late) await _held.GiveBackAsync(late);
    }

    async Task TakeAsync(IntakeMessage message, CancellationToken stop)
    {
        var first = _held.Take(message, stop);
        var end = await Task.WhenAny(first, Task.Delay(s_patience, Time, stop)) == first ? await first : null;
        stop.ThrowIfCancellationRequested();
        // While the database is away, the worker receives nothing: each delivery brings a message nearer to the dead letters. A try that
        // takes long may wait for the database, so it is asked.
        if (end is null or MessageEnd.Deferred { IsDatabase: true })
            await DatabaseRetry.UntilAvailableAsync(() => store.FindAsync(message.Id, stop), _away, Time, Logger, stop);
    }
}
