namespace RebaseBatch.Durable.Jobs;

/// <summary>What came of an enqueuing.</summary>
/// <param name="IsNew">False: the job was there already, and nothing was stored.</param>
/// <param name="HasSameInputs">Whether a job that was there already has the inputs that were given.</param>
sealed record EnqueuedJob(long JobId, bool IsNew, bool HasSameInputs = true);
