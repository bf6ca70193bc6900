using Azure.Identity;
using Azure.Messaging.ServiceBus;
using RebaseBatch.Errors;

namespace RebaseBatch.Intake.ServiceBus;

/// <summary>
/// A queue of Azure Service Bus. Receives by pulling, nothing ahead of need: a message that waits in a client's buffer can't be renewed.
/// One client for the process, which opens its links anew by itself after a detach.
/// </summary>
sealed class ServiceBusQueue : IIntakeQueue
{
    readonly ServiceBusClient _client;
    readonly ServiceBusReceiver _receiver;
    readonly ServiceBusSender _sender;

    public ServiceBusQueue(IntakeOptions options)
    {
        _client = options.ConnectionString.Length > 0 ? new(options.ConnectionString) : new(options.Namespace, new DefaultAzureCredential());
        _receiver = _client.CreateReceiver(options.Queue, new ServiceBusReceiverOptions { ReceiveMode = ServiceBusReceiveMode.PeekLock, PrefetchCount = 0 });
        _sender = _client.CreateSender(options.Queue);
        Location = $"{_client.FullyQualifiedNamespace}/{options.Queue}";
    }

    public string Location { get; }

    public Task<IntakeMessage?> ReceiveAsync(TimeSpan wait, CancellationToken ct) => AttemptAsync("", async () =>
    {
        var message = await _receiver.ReceiveMessageAsync(wait, ct);
        return message is null ? null : new IntakeMessage(message.MessageId ?? "", message.Body.ToMemory(), message.DeliveryCount, message.LockedUntil, message);
    });

    public Task<DateTimeOffset> RenewAsync(IntakeMessage message, CancellationToken ct) => AttemptAsync(message.Id, async () =>
    {
        await _receiver.RenewMessageLockAsync(Received(message), ct);
        return Received(message).LockedUntil;
    });

    public Task CompleteAsync(IntakeMessage message, CancellationToken ct) => AttemptAsync(message.Id, () => _receiver.CompleteMessageAsync(Received(message), ct));

    public Task AbandonAsync(IntakeMessage message, CancellationToken ct) => AttemptAsync(message.Id, () => _receiver.AbandonMessageAsync(Received(message), cancellationToken: ct));

    public Task DeadLetterAsync(IntakeMessage message, string reason, string detail, CancellationToken ct) =>
        AttemptAsync(message.Id, () => _receiver.DeadLetterMessageAsync(Received(message), reason, detail, ct));

    public Task SendAsync(string id, ReadOnlyMemory<byte> body, CancellationToken ct) =>
        AttemptAsync(id, () => _sender.SendMessageAsync(new ServiceBusMessage(body) { MessageId = id, ContentType = "application/json", Subject = "rebase-job" }, ct));

    public ValueTask DisposeAsync() => _client.DisposeAsync();

    static ServiceBusReceivedMessage Received(IntakeMessage message) => (ServiceBusReceivedMessage)message.Handle;

    Task<bool> AttemptAsync(string id, Func<Task> call) => AttemptAsync(id, async () =>
    {
        await call();
        return true;
    });

    async Task<T> AttemptAsync<T>(string id, Func<Task<T>> call)
    {
        try
        {
            return await call();
        }
        catch (ServiceBusException e) when (e.Reason is ServiceBusFailureReason.MessageLockLost or ServiceBusFailureReason.MessageNotFound)
        {
            throw new MessageLockLostException(id, e);
        }
        catch (ServiceBusException e) when (e.Reason is ServiceBusFailureReason.MessagingEntityNotFound or ServiceBusFailureReason.MessagingEntityDisabled)
        {
            throw new UserException(ExitCode.NotFound, $"there is no queue {Location}, or it is disabled: create or enable it, or set Rebase:Intake:Queue", e);
        }
        catch (Exception e) when (e is UnauthorizedAccessException or AuthenticationFailedException)
        {
            throw new UserException(ExitCode.NoPermission,
                $"{Location} can't be entered: give this identity the role Azure Service Bus Data Receiver there, and Sender to whoever enqueues", e);
        }
        catch (ServiceBusException e)
        {
            throw new IOException($"{Location} is away ({e.Reason}): {e.Message.Split('\n')[0].Trim()}", e);
        }
    }
}
