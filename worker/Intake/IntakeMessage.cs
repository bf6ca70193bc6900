namespace RebaseBatch.Intake;

/// <summary>A message under this receiver's lock.</summary>
/// <param name="Id">Chosen by the producer; empty when it gave none.</param>
/// <param name="Body">See <see cref="Contracts.JobMessage"/>.</param>
/// <param name="DeliveryCount">1 for the first delivery.</param>
/// <param name="LockedUntil">By this machine's clock, as the queue's clients reckon it.</param>
/// <param name="Handle">The queue's own object.</param>
sealed record IntakeMessage(string Id, ReadOnlyMemory<byte> Body, int DeliveryCount, DateTimeOffset LockedUntil, object Handle);
