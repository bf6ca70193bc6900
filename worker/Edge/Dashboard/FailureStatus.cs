namespace RebaseBatch.Edge.Dashboard;

/// <summary>Why a batch's attempt failed, why problems have no result, or why result files are not written.</summary>
/// <param name="BatchNo">Null when the job itself can't be read.</param>
/// <param name="CustomId">The first of the failed problems; null for a failed attempt, because a later attempt may still solve
/// them.</param>
/// <param name="Problems">How many problems failed for this reason; 0 for a failed attempt.</param>
/// <param name="At">When it failed; null if the tables do not contain the time.</param>
sealed record FailureStatus(long JobId, int? BatchNo, string? CustomId, int Problems, string Reason, DateTimeOffset? At)
{
    /// <summary>The dataset's name; null without a file.</summary>
    public string? Dataset { get; init; }

    /// <summary>How many batches and jobs of the whole database have result files that could not be written; 0 for other failures. The job
    /// and the batch are those of the latest of them.</summary>
    public int UnwrittenFiles { get; init; }
}
