using System.Globalization;

namespace RebaseBatch.Edge.Intake;

/// <summary>A message that was put aside for people.</summary>
/// <param name="Sequence">The queue's own number of it, which no other message has.</param>
/// <param name="Id">As in <see cref="IntakeMessage"/>; any number of dead letters may have the same, and those without one an empty one.</param>
/// <param name="EnqueuedAt">When the message got into the queue. When it was put aside is recorded nowhere.</param>
/// <param name="DeliveryCount">As the queue counts them.</param>
/// <param name="Reason">One word: the intake's, the queue's own such as <c>MaxDeliveryCountExceeded</c>, or empty.</param>
/// <param name="Detail">What is wrong, a line for each fault; may be empty.</param>
/// <param name="Handle">The queue's own object; it holds a lock only if the letter was received, not if it was looked at.</param>
sealed record DeadLetter(
    long Sequence, string Id, ReadOnlyMemory<byte> Body, DateTimeOffset EnqueuedAt, int DeliveryCount, string Reason, string Detail, object Handle)
{
    /// <summary>
    /// The id of the message that a replay sends in its stead. Not the original's: the queue remembers that for its window (an hour in infra/bicep), and
    /// drops a second message of the same id without a word; the dead letter would be completed next, and its job lost. Nor a new one each
    /// time: after a crash between sending and completing the letter is sent again, which the window is there to drop. The number alone
    /// would do while the queue lives; one that was deleted and made anew counts from 1, so the time is in it.
    /// </summary>
    public string ReplayId => string.Create(CultureInfo.InvariantCulture, $"replay-{Sequence}-{EnqueuedAt.ToUnixTimeMilliseconds()}");

    /// <summary>What its replay's job is known by: the producer's id, or that of the first replay if it gave none.</summary>
    public string JobMessageId => Id.Length > 0 ? Id : ReplayId;

    /// <summary>What people call it by: its message id, or <c>sequence:N</c> where that is none or not enough.</summary>
    public string Name => Id.Length > 0 ? Id : SequenceName;

    public bool IsCalled(string name) => name.Length > 0 && (name == Id || name == SequenceName);

    string SequenceName => string.Create(CultureInfo.InvariantCulture, $"sequence:{Sequence}");
}
