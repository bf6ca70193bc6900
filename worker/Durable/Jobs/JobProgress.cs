using RebaseBatch.Contracts;

namespace RebaseBatch.Durable.Jobs;

/// <summary>Where a job stands.</summary>
/// <param name="Answered">Problems with a committed result, the failed ones included.</param>
/// <param name="Failed">Problems whose result is an error.</param>
/// <param name="Correct">Of the graded answers, by the job's own voting method.</param>
/// <param name="Graded">Committed answers of problems with a gold answer.</param>
/// <param name="Nodes">Stored steps, of unfinished searches too.</param>
/// <param name="SampledTokens">Policy tokens of the stored steps.</param>
/// <param name="SearchSeconds">Sum of the searches' active times.</param>
/// <param name="Workers">Ids of the workers that hold a batch of it.</param>
/// <param name="OldestError">The first failed problem's error, or the last failed attempt's of the first batch that has one.</param>
/// <param name="PendingFiles">Batches (and the job's summary) whose result files are still to be written.</param>
sealed record JobProgress(
    long JobId, JobSpec Spec, JobState State, bool CancelRequested, BatchCounts Batches, int Problems, int Answered, int Failed,
    int Correct, int Graded, long Nodes, long SampledTokens, double SearchSeconds, IReadOnlyList<string> Workers, string? OldestError,
    int PendingFiles, DateTimeOffset EnqueuedAt, DateTimeOffset? StartedAt, DateTimeOffset? FinishedAt)
{
    /// <summary>Nothing is left to do, files included.</summary>
    public bool Ended => State is JobState.Completed or JobState.Cancelled && PendingFiles == 0;
}
