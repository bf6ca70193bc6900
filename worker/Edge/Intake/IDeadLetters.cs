using RebaseBatch.Platform.Errors;

namespace RebaseBatch.Edge.Intake;

/// <summary>
/// The messages that a queue put aside, for the commands that show and replay them; workers have no business here. Every call may throw the two
/// that stand at <see cref="PeekAsync"/>.
/// </summary>
interface IDeadLetters : IAsyncDisposable
{
    /// <summary>For people: the queue's address.</summary>
    string Location { get; }

    /// <summary>Looks at all of them by their sequence, those that others hold included, and takes none.</summary>
    /// <exception cref="IOException">The queue is away for now.</exception>
    /// <exception cref="UserException">It refuses this identity, or does not exist.</exception>
    IAsyncEnumerable<DeadLetter> PeekAsync(CancellationToken ct);

    /// <summary>Takes some under a lock each, roughly by their sequence.</summary>
    /// <returns>At most <paramref name="most"/>, and as soon as there are any; none when no free one came within <paramref name="wait"/>.</returns>
    Task<IReadOnlyList<DeadLetter>> ReceiveAsync(int most, TimeSpan wait, CancellationToken ct);

    /// <summary>
    /// Sends a copy into the queue, with the letter's body and properties under <see cref="DeadLetter.ReplayId"/>. It is received under the
    /// letter's own id all the same, which travels in <see cref="IntakeMessage.OriginalIdProperty"/>. Once more within the queue's window changes nothing.
    /// </summary>
    Task ResendAsync(DeadLetter letter, CancellationToken ct);

    /// <summary>Takes a received one away for good.</summary>
    /// <exception cref="MessageLockLostException">The lock had run out: it is still there.</exception>
    Task CompleteAsync(DeadLetter letter, CancellationToken ct);

    /// <summary>Lets go of a received one, which stays where it is.</summary>
    /// <exception cref="MessageLockLostException">The lock had run out already.</exception>
    Task ReleaseAsync(DeadLetter letter, CancellationToken ct);
}
