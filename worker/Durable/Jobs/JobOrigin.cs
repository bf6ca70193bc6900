namespace RebaseBatch.Durable.Jobs;

/// <summary>Where a job's inputs came from, as far as the program that enqueues it knows.</summary>
/// <param name="DatasetName">The dataset's file name.</param>
/// <param name="PolicySha256">
/// Hash of the policy's weights; null when only the workers have the file. Then the model's name stands for it, and the first worker pins
/// the job to the weights that it has.
/// </param>
/// <param name="RewardSha256">The same for the reward model.</param>
sealed record JobOrigin(string? DatasetName = null, string? PolicySha256 = null, string? RewardSha256 = null)
{
    /// <summary>The dataset's whole path, or its address without the query, which may be a signature; null without a file.</summary>
    public string? DatasetPath { get; init; }

    /// <summary>As the others, for the embedding model.</summary>
    public string? EmbeddingSha256 { get; init; }
}
