namespace RebaseBatch.Edge.Intake;

/// <summary>A message under this receiver's lock.</summary>
/// <param name="Id">Chosen by the producer; empty if it gave none. A replayed message has the id of the original, so both become one
/// job.</param>
/// <param name="Body">See <see cref="Contracts.JobMessage"/>. Empty if <see cref="OtherBody"/> says what the body is instead.</param>
/// <param name="DeliveryCount">1 for the first delivery.</param>
/// <param name="LockedUntil">By this machine's clock, as the queue's client computes it.</param>
/// <param name="Handle">The queue's own object.</param>
sealed record IntakeMessage(string Id, ReadOnlyMemory<byte> Body, int DeliveryCount, DateTimeOffset LockedUntil, object Handle)
{
    /// <summary>When it was sent, by the queue's clock. A redelivery keeps it, and a replayed message has a new one.</summary>
    public required DateTimeOffset EnqueuedAt { get; init; }

    /// <summary>
    /// Name of the application property that holds a replayed message's <see cref="Id"/>; it counts instead of the message's own.
    /// </summary>
    public const string OriginalIdProperty = "rebase-message-id";

    /// <summary>
    /// What the body is if it is neither bytes nor text, such as <c>an AMQP sequence</c> or <c>empty</c>; it completes the sentence "the
    /// body is". Null if <see cref="Body"/> has the body.
    /// </summary>
    public string? OtherBody { get; init; }
}
