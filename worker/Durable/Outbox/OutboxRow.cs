namespace RebaseBatch.Durable.Outbox;

/// <summary>A row of the outbox that was taken.</summary>
/// <param name="Token">Of this taking: nothing is done under an older one.</param>
/// <param name="Attempts">This one counted.</param>
sealed record OutboxRow(long JobId, int BatchNo, Guid Token, int Attempts);
