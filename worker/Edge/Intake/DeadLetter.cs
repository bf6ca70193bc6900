using System.Globalization;

namespace RebaseBatch.Edge.Intake;

/// <summary>A message that the queue or the intake put aside for people.</summary>
/// <param name="Sequence">The queue's number for it; no other message has the same.</param>
/// <param name="Id">As in <see cref="IntakeMessage"/>. Several dead letters may have the same id; it is empty for a message that has
/// none.</param>
/// <param name="Body">As in <see cref="IntakeMessage"/>.</param>
/// <param name="EnqueuedAt">When the message entered the queue. The queue does not record when the message was put aside.</param>
/// <param name="DeliveryCount">As the queue counts deliveries.</param>
/// <param name="Reason">One word: the intake's, the queue's own such as <c>MaxDeliveryCountExceeded</c>, or empty.</param>
/// <param name="Detail">What is wrong, a line for each fault; may be empty.</param>
/// <param name="Handle">The queue's object. It holds a lock only if the letter was received, not if the program only looked at it.</param>
sealed record DeadLetter(
    long Sequence, string Id, ReadOnlyMemory<byte> Body, DateTimeOffset EnqueuedAt, int DeliveryCount, string Reason, string Detail,
    object Handle)
{
    /// <inheritdoc cref="IntakeMessage.OtherBody"/>
    public string? OtherBody { get; init; }

    /// <summary>
    /// False: the queue's client library can't read the message, only that it is there. It has no id, and it can't be replayed.
    /// </summary>
    public bool IsReadable { get; init; } = true;

    /// <summary>
    /// The id of the message that a replay sends. It is not the original's id: the queue remembers that one for its window (an hour in
    /// infra/bicep) and silently drops a second message with it; then the replay would complete the dead letter, and its job would be lost.
    /// It is not a new id each time either: after a crash between sending and completing, the letter is sent again, and the window must
    /// drop that copy. The sequence alone is not enough: a queue that was deleted and created again counts from 1, so the time is part of
    /// it.
    /// </summary>
    public string ReplayId => string.Create(CultureInfo.InvariantCulture, $"replay-{Sequence}-{EnqueuedAt.ToUnixTimeMilliseconds()}");

    /// <summary>The id by which the replay's job is known: the producer's id, or the first replay's id if the producer gave none.</summary>
    public string JobMessageId => Id.Length > 0 ? Id : ReplayId;

    /// <summary>Its name for people: its message id, or <c>sequence:N</c> if it has no id or shares its id.</summary>
    public string Name => Id.Length > 0 ? Id : SequenceName;

    public bool IsCalled(string name) => name.Length > 0 && (name == Id || name == SequenceName);

    string SequenceName => string.Create(CultureInfo.InvariantCulture, $"sequence:{Sequence}");
}
