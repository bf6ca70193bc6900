using RebaseBatch.Contracts;

namespace RebaseBatch.Tests.Support;

/// <summary>What attempts of tests run on.</summary>
static class SampleEnvironment
{
    /// <summary>An attempt on a CPU.</summary>
    /// <param name="policy">SHA-256 of the policy's weights.</param>
    /// <param name="reward">Of the reward model's; null for an attempt without one.</param>
    public static RunEnvironment Of(string policy, string? reward = null) => new()
    {
        Program = "1.0", Runtime = "llama_cpp", RuntimeBuild = "1 (commit a)", Devices = ["CPU: a processor"],
        Policy = Model(policy), Reward = reward is null ? null : Model(reward),
    };

    static ModelEnvironment Model(string sha256) => new()
    {
        Sha256 = sha256, Quantisation = "F16", GpuLayers = 0, KvCache = "f16", FlashAttention = false, Contexts = 8, ThreadsPerCall = 1,
    };
}
