using RebaseBatch.Inference.Rewards;

namespace RebaseBatch.Inference.Catalog;

/// <summary>A model that jobs can name: its file, and how it is asked (as a policy) or read (as a reward model).</summary>
/// <param name="File">The GGUF file.</param>
/// <param name="Head">Safetensors file of a reward model's head; null without one.</param>
/// <param name="Role">Null when nobody said.</param>
/// <param name="Convention">How a reward model is written to and read.</param>
/// <param name="SelfTest">Scores that the reward model must give; null when none are known.</param>
/// <param name="Origin">Where the entry comes from: "bundled", "configured", "file" or "remote".</param>
sealed record ModelProfile(
    string Name, ModelFile File, ModelFile? Head, string Origin, ModelRole? Role, PromptPreset Prompt, RewardConvention Convention, RewardPreset Reward, RewardSelfTest? SelfTest)
{
    /// <summary>Whether all its files are on this machine.</summary>
    public bool IsHere => File.Path is not null && Head is not { Path: null };
}
