namespace RebaseBatch.Durable.Events;

/// <summary>One thing that happened to a job.</summary>
/// <param name="Who">Who did it; null when nobody knows, as for jobs that are older than the table of events.</param>
/// <param name="What">One of <see cref="Deeds"/>.</param>
sealed record HistoryEvent(DateTimeOffset At, string? Who, string What, string? Detail);
