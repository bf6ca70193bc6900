namespace RebaseBatch.Durable.Outbox;

/// <summary>A row of the outbox that a worker took.</summary>
/// <param name="Token">The token of this take: a worker with an older token can change nothing.</param>
/// <param name="Attempts">Number of takes, including this one.</param>
sealed record OutboxRow(long JobId, int BatchNo, Guid Token, int Attempts);
