namespace RebaseBatch.Durable.Verification;

/// <summary>A result file that a row of <c>blobs</c> names.</summary>
/// <param name="BatchNo">0: the job's summary.</param>
sealed record StoredFile(long JobId, int BatchNo, string Name, string Sha256);
