using RebaseBatch.Contracts;

namespace RebaseBatch.Durable.Batches;

/// <summary>The weights that every step of a job must come from, as SHA-256 in lower-case hex.</summary>
/// <param name="Policy">Null while nobody has seen the file.</param>
/// <param name="Reward">Null while nobody has seen the file, and for a job without a reward model.</param>
/// <param name="Embedding">The same for the embedding model.</param>
sealed record PinnedWeights(string? Policy, string? Reward, string? Embedding = null)
{
    /// <summary>Whether the job may have steps of these models.</summary>
    public bool Allow(RunEnvironment environment) =>
        (Policy is null || Policy == environment.Policy.Sha256)
        && (Reward is null || environment.Reward is null || Reward == environment.Reward.Sha256)
        && (Embedding is null || environment.Embedding is null || Embedding == environment.Embedding.Sha256);

    /// <summary>Whether these models must still be pinned.</summary>
    public bool Lack(RunEnvironment environment) => Policy is null || (Reward is null && environment.Reward is not null)
        || (Embedding is null && environment.Embedding is not null);
}
