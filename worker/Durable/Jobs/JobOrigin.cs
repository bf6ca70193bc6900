namespace RebaseBatch.Durable.Jobs;

/// <summary>Where a job's inputs came from, as far as its enqueuer knows.</summary>
/// <param name="DatasetName">The dataset's file name.</param>
/// <param name="PolicySha256">Of the policy's file; null when only the workers have it, and then its name stands for it.</param>
/// <param name="RewardSha256">Likewise.</param>
sealed record JobOrigin(string? DatasetName = null, string? PolicySha256 = null, string? RewardSha256 = null);
