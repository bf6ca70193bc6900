namespace RebaseBatch.Edge.Dashboard;

/// <summary>Why a batch's attempt failed, or why problems have no result.</summary>
/// <param name="BatchNo">Null when the job itself can't be read.</param>
/// <param name="CustomId">The first of the failed problems; null for a failed attempt, because a later attempt may still solve
/// them.</param>
/// <param name="Problems">How many failed for this reason; 0 for a failed attempt.</param>
/// <param name="At">When; null where the tables don't hold it.</param>
sealed record FailureStatus(long JobId, int? BatchNo, string? CustomId, int Problems, string Reason, DateTimeOffset? At);
