using RebaseBatch.Platform.Errors;

namespace RebaseBatch.Edge.Intake;

/// <summary>
/// A queue of messages. It delivers each message until a receiver completes or dead-letters it, to one receiver at a time while its lock
/// holds. Thread-safe. Every call may throw the two exceptions that <see cref="ReceiveAsync"/> lists.
/// </summary>
interface IIntakeQueue : IAsyncDisposable
{
    /// <summary>For people: the queue's address.</summary>
    string Location { get; }

    /// <summary>
    /// Looks whether messages can be received, and takes none. It needs the right to receive, and no other. A queue whose sessions must be
    /// named is refused by <see cref="ReceiveAsync"/> only.
    /// </summary>
    /// <exception cref="IOException">The queue is away for now.</exception>
    /// <exception cref="UserException">It refuses this identity, or does not exist; waiting does not help.</exception>
    Task ProbeAsync(CancellationToken ct);

    /// <summary>Takes the next message under a lock.</summary>
    /// <returns>Null if no message came within <paramref name="wait"/>.</returns>
    /// <exception cref="UnreadableMessageException">
    /// A message came and can't be read. It stays under its lock and counts the delivery, so the next call takes the next message.
    /// </exception>
    /// <exception cref="IOException">The queue is away for now.</exception>
    /// <exception cref="UserException">It refuses this identity, or does not exist.</exception>
    Task<IntakeMessage?> ReceiveAsync(TimeSpan wait, CancellationToken ct);

    /// <summary>Extends the message's lock by the queue's lock duration.</summary>
    /// <returns>When the lock ends now, by this machine's clock.</returns>
    /// <exception cref="MessageLockLostException">The lock had run out.</exception>
    Task<DateTimeOffset> RenewAsync(IntakeMessage message, CancellationToken ct);

    /// <summary>Takes the message off the queue for good.</summary>
    /// <exception cref="MessageLockLostException">The lock had run out: it will be delivered again.</exception>
    Task CompleteAsync(IntakeMessage message, CancellationToken ct);

    /// <summary>Gives the message back; the queue delivers it again at once, or dead-letters it if it came back too often.</summary>
    /// <exception cref="MessageLockLostException">The lock had run out: it will be delivered again anyway.</exception>
    Task AbandonAsync(IntakeMessage message, CancellationToken ct);

    /// <summary>Puts the message aside for people.</summary>
    /// <param name="reason">One word, to count and filter by.</param>
    /// <param name="detail">What is wrong, up to 4,096 characters.</param>
    /// <exception cref="MessageLockLostException">The lock had run out: it will be delivered again.</exception>
    Task DeadLetterAsync(IntakeMessage message, string reason, string detail, CancellationToken ct);

    /// <summary>
    /// Puts a message into the queue. Within its window the queue drops a second message with the same id.
    /// </summary>
    /// <param name="id">Up to 128 characters.</param>
    Task SendAsync(string id, ReadOnlyMemory<byte> body, CancellationToken ct);
}
