namespace RebaseBatch.Durable.Events;

/// <summary>Something that somebody did.</summary>
/// <param name="JobId">Null: to a sweep or a schedule, which <paramref name="Detail"/> names.</param>
sealed record NotedEvent(DateTimeOffset At, string Who, string What, long? JobId, string? Detail);
