namespace RebaseBatch.Durable.Retention;

/// <summary>A portion of a job's steps that was deleted.</summary>
sealed record PrunedPortion(long JobId, long Steps);
