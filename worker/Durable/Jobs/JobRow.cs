using RebaseBatch.Contracts;

namespace RebaseBatch.Durable.Jobs;

/// <summary>One line of the list of jobs.</summary>
/// <param name="Answered">Problems with a committed result, the failed ones included.</param>
sealed record JobRow(
    long JobId, JobSpec Spec, JobState State, bool CancelRequested, int Problems, int Answered, int Failed,
    DateTimeOffset EnqueuedAt, DateTimeOffset? StartedAt, DateTimeOffset? FinishedAt);
