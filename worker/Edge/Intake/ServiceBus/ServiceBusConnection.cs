using System.Collections.Concurrent;
using System.Diagnostics;
using Azure.Identity;
using Azure.Messaging.ServiceBus;
using RebaseBatch.Platform.Async;
using RebaseBatch.Platform.Errors;

namespace RebaseBatch.Edge.Intake.ServiceBus;

/// <summary>
/// One client for the process, which opens its links again by itself after a detach. It states its errors as the ports' exceptions, and
/// ends every call in time: the client looks at a token only before and between its tries, so a call to a broker that says nothing held a
/// cancelled settlement for 40 s.
/// </summary>
sealed class ServiceBusConnection : IAsyncDisposable
{
    /// <summary>After this time somebody who waits wants to know for what.</summary>
    static readonly TimeSpan s_slow = TimeSpan.FromSeconds(2.5);

    /// <summary>Time to give back what came too late, and to close the connection.</summary>
    static readonly TimeSpan s_closing = TimeSpan.FromSeconds(3);

    readonly IntakeOptions _options;
    readonly QueuePatience _patience;
    readonly ConcurrentDictionary<Task, bool> _left = [];
    int _told;

    /// <exception cref="UserException">BadInput: no client can be made of the settings.</exception>
    public ServiceBusConnection(IntakeOptions options, QueuePatience patience)
    {
        if (ServiceBusAddress.FaultOf(options) is { } fault) throw new UserException(ExitCode.BadInput, fault);
        (_options, _patience) = (options, patience);
        var how = new ServiceBusClientOptions
        {
            TransportType = options.TransportType is IntakeTransport.AmqpWebSockets
                ? ServiceBusTransportType.AmqpWebSockets : ServiceBusTransportType.AmqpTcp,
            RetryOptions = new() { TryTimeout = patience.Try, MaxRetries = patience.Retries, MaxDelay = TimeSpan.FromSeconds(5) },
        };
        try
        {
            Client = options.ConnectionString.Length > 0
                ? new(options.ConnectionString, how) : new(options.Namespace, new DefaultAzureCredential(), how);
        }
        catch (ArgumentException e)
        {
            throw new UserException(ExitCode.BadInput, $"Rebase:Intake:Namespace or ConnectionString can't be used: {e.Message}", e);
        }
    }

    public ServiceBusClient Client { get; }

    public string Location => $"{Client.FullyQualifiedNamespace}/{_options.Queue}";

    /// <summary>Receives only when asked and prefetches nothing: the lock of a message in a client's buffer can't be renewed.</summary>
    public ServiceBusReceiver Receiver(SubQueue part) =>
        Client.CreateReceiver(_options.Queue, new ServiceBusReceiverOptions
        {
            ReceiveMode = ServiceBusReceiveMode.PeekLock, PrefetchCount = 0, SubQueue = part,
        });

    public ServiceBusSender Sender() => Client.CreateSender(_options.Queue);

    public static string IdOf(ServiceBusReceivedMessage message) =>
        message.ApplicationProperties.TryGetValue(IntakeMessage.OriginalIdProperty, out var original)
            && original is string { Length: > 0 } id ? id : message.MessageId ?? "";

    /// <inheritdoc cref="AttemptAsync{T}"/>
    public Task AttemptAsync(string id, Func<CancellationToken, Task> call, CancellationToken ct) => AttemptAsync(id, async token =>
    {
        await call(token);
        return true;
    }, ct);

    /// <summary>
    /// Makes a call, and leaves it when it takes too long or <paramref name="ct"/> is cancelled. What was left goes on for a while, unseen;
    /// it may still reach the queue.
    /// </summary>
    /// <param name="id">The message's, for <see cref="MessageLockLostException"/>.</param>
    /// <param name="wait">How long the call itself waits for messages.</param>
    /// <param name="late">Gets the result of a call that was left, so that no lock is held for nobody. It may throw.</param>
    /// <exception cref="OperationCanceledException"><paramref name="ct"/> is cancelled.</exception>
    public async Task<T> AttemptAsync<T>(
        string id, Func<CancellationToken, Task<T>> call, CancellationToken ct, TimeSpan wait = default, Func<T, Task>? late = null)
    {
        ct.ThrowIfCancellationRequested();
        var leaving = CancellationTokenSource.CreateLinkedTokenSource(ct);
        Task<T>? task = null;
        var isTaken = false;
        try
        {
            task = call(leaving.Token);
            var begun = Stopwatch.GetTimestamp();
            if (await EndsAsync(task, wait + s_slow, ct)) return await TakeAsync(task);
            if (_patience.OnSlow is { } tell && Interlocked.Exchange(ref _told, 1) == 0) tell($"waiting for {Location}");
            if (await EndsAsync(task, wait + _patience.Call - Stopwatch.GetElapsedTime(begun), ct)) return await TakeAsync(task);
            throw ServiceBusFaults.NoAnswer(Location, wait + _patience.Call);
        }
        catch (OperationCanceledException e) when (!ct.IsCancellationRequested)
        {
            throw new IOException($"{Location} is away: the client gave up", e);
        }
        catch (Exception e) when (ServiceBusFaults.Of(e, Location, id) is var stated && stated != e)
        {
            throw stated;
        }
        finally
        {
            if (task is null || isTaken) leaving.Dispose();
            else Leave(task, leaving, late);
        }

        async Task<T> TakeAsync(Task<T> ended)
        {
            var result = await ended;
            isTaken = true;
            return result;
        }
    }

    /// <summary>The client refuses to wait for no time at all.</summary>
    public static TimeSpan Positive(TimeSpan wait) => wait > TimeSpan.Zero ? wait : TimeSpan.FromMilliseconds(1);

    static async Task<bool> EndsAsync(Task task, TimeSpan within, CancellationToken ct)
    {
        try
        {
            await task.WaitAsync(within > TimeSpan.Zero ? within : TimeSpan.Zero, ct);
            return true;
        }
        catch (TimeoutException) when (!task.IsCompleted)
        {
            return false;
        }
    }

    void Leave<T>(Task<T> task, CancellationTokenSource leaving, Func<T, Task>? late)
    {
        var end = EndAsync();
        _left[end] = true;
        _ = end.ContinueWith(_ => _left.TryRemove(end, out bool _), CancellationToken.None,
            TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);

        async Task EndAsync()
        {
            try
            {
                await leaving.CancelAsync();
                var result = await task;
                if (late is not null) await late(result);
            }
            catch (Exception)
            {
                // Nobody waits for it any more. A message that it holds is free when its lock runs out.
            }
            finally
            {
                leaving.Dispose();
            }
        }
    }

    /// <summary>Gives back what came too late and closes the connection, within seconds, even if the broker says nothing.</summary>
    public async ValueTask DisposeAsync()
    {
        var begun = Stopwatch.GetTimestamp();
        await EndsAsync(Task.WhenAll(_left.Keys), s_closing / 2, default);
        var closing = Client.DisposeAsync().AsTask();
        closing.ObserveFault();
        try
        {
            await EndsAsync(closing, s_closing - Stopwatch.GetElapsedTime(begun), default);
        }
        catch (Exception e) when (e is ServiceBusException or OperationCanceledException or IOException)
        {
            // What is left of it ends with the process.
        }
    }
}
