namespace RebaseBatch.Durable.Retention;

/// <summary>A job that ended long ago.</summary>
/// <param name="Nodes">Its stored steps.</param>
sealed record OldJob(long JobId, string Name, DateTime FinishedAt, long Nodes);
