using RebaseBatch.Platform.Errors;

namespace RebaseBatch.Edge.Intake;

/// <summary>
/// The messages that a queue put aside, for the commands that show and replay them; workers do not use it. Every call may throw the two
/// exceptions that <see cref="PeekAsync"/> lists.
/// </summary>
interface IDeadLetters : IAsyncDisposable
{
    /// <summary>For people: the queue's address.</summary>
    string Location { get; }

    /// <summary>Reads all of them in the order of their sequence, without a lock; also those that others hold.</summary>
    /// <exception cref="IOException">The queue is away for now.</exception>
    /// <exception cref="UserException">It refuses this identity, or does not exist.</exception>
    IAsyncEnumerable<DeadLetter> PeekAsync(CancellationToken ct);

    /// <summary>Receives some, each under a lock, roughly in the order of their sequence.</summary>
    /// <returns>At most <paramref name="most"/>, as soon as there are any; empty if no free one came within
    /// <paramref name="wait"/>.</returns>
    Task<IReadOnlyList<DeadLetter>> ReceiveAsync(int most, TimeSpan wait, CancellationToken ct);

    /// <summary>
    /// Sends a copy into the queue, with the letter's body and properties, under <see cref="DeadLetter.ReplayId"/>. The receiver still sees
    /// the letter's own id, which travels in <see cref="IntakeMessage.OriginalIdProperty"/>. A second copy within the queue's window
    /// changes nothing.
    /// </summary>
    Task ResendAsync(DeadLetter letter, CancellationToken ct);

    /// <summary>Removes a received letter for good.</summary>
    /// <exception cref="MessageLockLostException">The lock had run out: it is still there.</exception>
    Task CompleteAsync(DeadLetter letter, CancellationToken ct);

    /// <summary>Releases the lock of a received letter, which stays where it is.</summary>
    /// <exception cref="MessageLockLostException">The lock had run out already.</exception>
    Task ReleaseAsync(DeadLetter letter, CancellationToken ct);
}
