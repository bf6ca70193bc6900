using System.Runtime.CompilerServices;
using Azure.Messaging.ServiceBus;
using RebaseBatch.Platform.Errors;

namespace RebaseBatch.Edge.Intake.ServiceBus;

/// <summary>
/// The dead-letter queue that every queue of Azure Service Bus has. Its messages never expire, and it does not count deliveries.
/// </summary>
sealed class ServiceBusDeadLetters : IDeadLetters
{
    /// <summary>Letters read in one call; the queue gives fewer if their bodies are long.</summary>
    const int Page = 100;

    readonly ServiceBusConnection _connection;
    readonly ServiceBusReceiver _receiver;
    readonly ServiceBusSender _sender;

    /// <exception cref="UserException">BadInput: no client can be made of the settings.</exception>
    public ServiceBusDeadLetters(IntakeOptions options, QueuePatience? patience = null)
    {
        _connection = new(options, patience ?? QueuePatience.OfWorker);
        _receiver = _connection.Receiver(SubQueue.DeadLetter);
        _sender = _connection.Sender();
    }

    public string Location => _connection.Location;

    public async IAsyncEnumerable<DeadLetter> PeekAsync([EnumeratorCancellation] CancellationToken ct)
    {
        for (var next = 0L; ;)
        {
            var from = next;
            var page = await _connection.AttemptAsync("", token => _receiver.PeekMessagesAsync(Page, from, token), ct);
            if (page.Count == 0) yield break;
            foreach (var message in page) yield return Letter(message);
            next = page[^1].SequenceNumber + 1;
        }
    }

    public async Task<IReadOnlyList<DeadLetter>> ReceiveAsync(int most, TimeSpan wait, CancellationToken ct)
    {
        var messages = await _connection.AttemptAsync("", token => _receiver.ReceiveMessagesAsync(most, wait, token), ct, wait,
            late => Task.WhenAll(late.Select(message => _receiver.AbandonMessageAsync(message))));
        return [.. messages.Select(Letter)];
    }

    public Task ResendAsync(DeadLetter letter, CancellationToken ct)
    {
        var copy = ServiceBusCopy.Of(Received(letter), letter.ReplayId);
        if (letter.Id.Length > 0) copy.ApplicationProperties[IntakeMessage.OriginalIdProperty] = letter.Id;
        return _connection.AttemptAsync(letter.Id, token => _sender.SendMessageAsync(copy, token), ct);
    }

    public Task CompleteAsync(DeadLetter letter, CancellationToken ct) =>
        _connection.AttemptAsync(letter.Id, token => _receiver.CompleteMessageAsync(Received(letter), token), ct);

    public Task ReleaseAsync(DeadLetter letter, CancellationToken ct) =>
        _connection.AttemptAsync(letter.Id, token => _receiver.AbandonMessageAsync(Received(letter), cancellationToken: token), ct);

    public ValueTask DisposeAsync() => _connection.DisposeAsync();

    static ServiceBusReceivedMessage Received(DeadLetter letter) => (ServiceBusReceivedMessage)letter.Handle;

    static DeadLetter Letter(ServiceBusReceivedMessage message)
    {
        var (body, other) = ServiceBusBody.Of(message);
        return new(message.SequenceNumber, ServiceBusConnection.IdOf(message), body, message.EnqueuedTime, message.DeliveryCount,
            message.DeadLetterReason ?? "", message.DeadLetterErrorDescription ?? "", message)
        {
            OtherBody = other,
        };
    }
}
