using Azure.Messaging.ServiceBus;
using RebaseBatch.Platform.Errors;

namespace RebaseBatch.Edge.Intake.ServiceBus;

/// <summary>A queue of Azure Service Bus.</summary>
sealed class ServiceBusQueue : IIntakeQueue
{
    readonly ServiceBusConnection _connection;
    readonly ServiceBusReceiver _receiver;
    readonly ServiceBusSender _sender;
    readonly LockTime _lock = new();
    readonly TimeProvider _time;

    /// <exception cref="UserException">BadInput: no client can be made of the settings.</exception>
    public ServiceBusQueue(IntakeOptions options, QueuePatience? patience = null, TimeProvider? time = null)
    {
        _connection = new(options, patience ?? QueuePatience.OfWorker);
        _receiver = _connection.Receiver(SubQueue.None);
        _sender = _connection.Sender();
        _time = time ?? TimeProvider.System;
    }

    public string Location => _connection.Location;

    public async Task ProbeAsync(CancellationToken ct)
    {
        try
        {
            await _connection.AttemptAsync("", token => _receiver.PeekMessageAsync(fromSequenceNumber: 0, token), ct);
        }
        catch (UnreadableMessageException)
        {
            // The queue has answered.
        }
    }

    public async Task<IntakeMessage?> ReceiveAsync(TimeSpan wait, CancellationToken ct)
    {
        var message = await _connection.AttemptAsync("",
            token => _receiver.ReceiveMessageAsync(ServiceBusConnection.Positive(wait), token), ct, wait,
            late => late is null ? Task.CompletedTask : _receiver.AbandonMessageAsync(late));
        if (message is null) return null;
        var (body, other) = ServiceBusBody.Of(message);
        return new IntakeMessage(
            ServiceBusConnection.IdOf(message), body, message.DeliveryCount, _time.GetUtcNow() + _lock.Of(message), message)
        {
            EnqueuedAt = message.EnqueuedTime,
            OtherBody = other,
        };
    }

    public async Task<DateTimeOffset> RenewAsync(IntakeMessage message, CancellationToken ct)
    {
        var begun = _time.GetUtcNow();
        await _connection.AttemptAsync(message.Id, token => _receiver.RenewMessageLockAsync(Received(message), token), ct);
        return begun + _lock.Of(Received(message));
    }

    public Task CompleteAsync(IntakeMessage message, CancellationToken ct) =>
        _connection.AttemptAsync(message.Id, token => _receiver.CompleteMessageAsync(Received(message), token), ct);

    public Task AbandonAsync(IntakeMessage message, CancellationToken ct) =>
        _connection.AttemptAsync(message.Id, token => _receiver.AbandonMessageAsync(Received(message), cancellationToken: token), ct);

    public Task DeadLetterAsync(IntakeMessage message, string reason, string detail, CancellationToken ct) =>
        _connection.AttemptAsync(message.Id, token => _receiver.DeadLetterMessageAsync(Received(message), reason, detail, token), ct);

    public Task SendAsync(string id, ReadOnlyMemory<byte> body, CancellationToken ct) => _connection.AttemptAsync(id, token =>
        _sender.SendMessageAsync(
            new ServiceBusMessage(body) { MessageId = id, ContentType = "application/json", Subject = "rebase-job" }, token), ct);

    public ValueTask DisposeAsync() => _connection.DisposeAsync();

    static ServiceBusReceivedMessage Received(IntakeMessage message) => (ServiceBusReceivedMessage)message.Handle;
}
