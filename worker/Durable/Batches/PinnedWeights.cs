using RebaseBatch.Contracts;

namespace RebaseBatch.Durable.Batches;

/// <summary>The weights that every step of a job must come from, as SHA-256 in lower-case hex.</summary>
/// <param name="Policy">Null while nobody has seen the file.</param>
/// <param name="Reward">Null while nobody has seen the file, and for a job without a reward model.</param>
sealed record PinnedWeights(string? Policy, string? Reward)
{
    /// <summary>Whether the job may have steps of these models.</summary>
    public bool Allow(RunEnvironment environment) =>
        (Policy is null || Policy == environment.Policy.Sha256)
        && (Reward is null || environment.Reward is null || Reward == environment.Reward.Sha256);

    /// <summary>Whether these models must still be pinned.</summary>
    public bool Lack(RunEnvironment environment) => Policy is null || (Reward is null && environment.Reward is not null);
}
