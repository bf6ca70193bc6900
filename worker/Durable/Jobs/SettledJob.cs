namespace RebaseBatch.Durable.Jobs;

/// <summary>A job that waits for others no more.</summary>
/// <param name="Reason">Why it was cancelled; null: it was released.</param>
sealed record SettledJob(long JobId, string? Reason);
