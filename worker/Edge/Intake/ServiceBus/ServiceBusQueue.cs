using Azure.Messaging.ServiceBus;

namespace RebaseBatch.Edge.Intake.ServiceBus;

/// <summary>A queue of Azure Service Bus.</summary>
sealed class ServiceBusQueue : IIntakeQueue
{
    readonly ServiceBusConnection _connection;
    readonly ServiceBusReceiver _receiver;
    readonly ServiceBusSender _sender;

    public ServiceBusQueue(IntakeOptions options)
    {
        _connection = new(options);
        _receiver = _connection.Receiver(SubQueue.None);
        _sender = _connection.Sender();
    }

    public string Location => _connection.Location;

    public Task ProbeAsync(CancellationToken ct) =>
        _connection.AttemptAsync("", () => _receiver.PeekMessageAsync(fromSequenceNumber: 0, ct));

    public Task<IntakeMessage?> ReceiveAsync(TimeSpan wait, CancellationToken ct) => _connection.AttemptAsync<IntakeMessage?>("", async () =>
    {
        var message = await _receiver.ReceiveMessageAsync(wait, ct);
        if (message is null) return null;
        var (body, other) = ServiceBusBody.Of(message);
        return new IntakeMessage(ServiceBusConnection.IdOf(message), body, message.DeliveryCount, message.LockedUntil, message)
        {
            OtherBody = other,
        };
    });

    public Task<DateTimeOffset> RenewAsync(IntakeMessage message, CancellationToken ct) => _connection.AttemptAsync(message.Id, async () =>
    {
        await _receiver.RenewMessageLockAsync(Received(message), ct);
        return Received(message).LockedUntil;
    });

    public Task CompleteAsync(IntakeMessage message, CancellationToken ct) =>
        _connection.AttemptAsync(message.Id, () => _receiver.CompleteMessageAsync(Received(message), ct));

    public Task AbandonAsync(IntakeMessage message, CancellationToken ct) =>
        _connection.AttemptAsync(message.Id, () => _receiver.AbandonMessageAsync(Received(message), cancellationToken: ct));

    public Task DeadLetterAsync(IntakeMessage message, string reason, string detail, CancellationToken ct) =>
        _connection.AttemptAsync(message.Id, () => _receiver.DeadLetterMessageAsync(Received(message), reason, detail, ct));

    public Task SendAsync(string id, ReadOnlyMemory<byte> body, CancellationToken ct) => _connection.AttemptAsync(id, () =>
        _sender.SendMessageAsync(
            new ServiceBusMessage(body) { MessageId = id, ContentType = "application/json", Subject = "rebase-job" }, ct));

    public ValueTask DisposeAsync() => _connection.DisposeAsync();

    static ServiceBusReceivedMessage Received(IntakeMessage message) => (ServiceBusReceivedMessage)message.Handle;
}
