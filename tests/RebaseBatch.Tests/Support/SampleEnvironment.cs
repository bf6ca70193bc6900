using RebaseBatch.Contracts;

namespace RebaseBatch.Tests.Support;

/// <summary>What attempts of tests run on.</summary>
static class SampleEnvironment
{
    /// <summary>An attempt on a CPU.</summary>
    /// <param name="policy">SHA-256 of the policy's weights.</param>
    /// <param name="reward">Of the reward model's; null for an attempt without one.</param>
    /// <param name="embedding">The same of the embedding model's.</param>
    public static RunEnvironment Of(string policy, string? reward = null, string? embedding = null) => new()
    {
        Program = "1.0", Runtime = "llama_cpp", RuntimeBuild = "1 (commit a)", Devices = ["CPU: a processor"],
        Policy = Model(policy), Reward = reward is null ? null : Model(reward),
        Embedding = embedding is null ? null : Model(embedding),
    };

    static ModelEnvironment Model(string sha256) => new()
    {
        Sha256 = sha256, Quantisation = "F16", GpuLayers = 0, KvCache = "f16", FlashAttention = false, Contexts = 8, ThreadsPerCall = 1,
    };
}
