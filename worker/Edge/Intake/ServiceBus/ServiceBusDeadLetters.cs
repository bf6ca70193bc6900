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

    /// <summary>The wait for one more letter, when there is one already.</summary>
    static readonly TimeSpan s_next = TimeSpan.FromMilliseconds(200);

    readonly ServiceBusConnection _connection;
    readonly ServiceBusReceiver _receiver;
    readonly ServiceBusSender _sender;
    bool _hasUnreadable;

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
        var (next, size) = (0L, Page);
        while (true)
        {
            if (await PageAsync(next, size, ct) is { } page)
            {
                if (page.Count == 0) yield break;
                foreach (var message in page) yield return Letter(message);
                next = page[^1].SequenceNumber + 1;
            }
            else if (size > 1) size /= 2;
            else
            {
                _hasUnreadable = true;
                var sequence = await UnreadableAsync(next, ct);
                yield return Unreadable(sequence);
                (next, size) = (sequence + 1, Page);
            }
        }
    }

    public async Task<IReadOnlyList<DeadLetter>> ReceiveAsync(int most, TimeSpan wait, CancellationToken ct)
    {
        if (!_hasUnreadable) return await ReceiveTogetherAsync(most, wait, ct);
        // One after another: letters that come with an unreadable one are lost with it, and locked for nobody.
        var letters = new List<DeadLetter>();
        for (var tries = 0; tries < most; tries++)
        {
            try
            {
                var one = await ReceiveTogetherAsync(1, letters.Count == 0 ? wait : s_next, ct);
                if (one.Count == 0) break;
                letters.AddRange(one);
            }
            catch (UnreadableMessageException)
            {
                // Its lock holds it, so the next one comes.
            }
        }
        return letters;
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

    async Task<IReadOnlyList<DeadLetter>> ReceiveTogetherAsync(int most, TimeSpan wait, CancellationToken ct)
    {
        var messages = await _connection.AttemptAsync("",
            token => _receiver.ReceiveMessagesAsync(most, ServiceBusConnection.Positive(wait), token), ct, wait,
            late => Task.WhenAll(late.Select(message => _receiver.AbandonMessageAsync(message))));
        return [.. messages.Select(Letter)];
    }

    /// <returns>Null: the client can't read one of them, and shows none.</returns>
    async Task<IReadOnlyList<ServiceBusReceivedMessage>?> PageAsync(long from, int size, CancellationToken ct)
    {
        try
        {
            return await _connection.AttemptAsync("", token => _receiver.PeekMessagesAsync(size, from, token), ct);
        }
        catch (UnreadableMessageException)
        {
            return null;
        }
    }

    /// <summary>
    /// Finds the number of an unreadable letter, which the client does not say: looks from higher and higher numbers fail until they are
    /// beyond it. If there is another unreadable letter further on, letters between the two may be passed over.
    /// </summary>
    /// <param name="from">The first letter from this number on is unreadable.</param>
    async Task<long> UnreadableAsync(long from, CancellationToken ct)
    {
        var (low, step) = (from, 1L);
        while (step <= long.MaxValue / 4 && await PageAsync(low + step, 1, ct) is null) (low, step) = (low + step, step * 2);
        for (var high = low + step; high - low > 1;)
        {
            var middle = low + (high - low) / 2;
            if (await PageAsync(middle, 1, ct) is null) low = middle;
            else high = middle;
        }
        return low;
    }

    static DeadLetter Unreadable(long sequence) => new(sequence, "", default, default, 0, "",
        "this message can't be read by the client library: its body or one of its properties has an AMQP type that is not supported", new())
    {
        OtherBody = "not readable", IsReadable = false,
    };

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
