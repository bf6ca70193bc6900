using RebaseBatch.Inference.Catalog;
using RebaseBatch.Inference.Ports;
using RebaseBatch.Inference.Rewards;
using RebaseBatch.Platform.Errors;

namespace RebaseBatch.Inference.Loading;

/// <summary>Recognizes published reward models by what their files say. It never decides between two that fit.</summary>
static class RewardRecognition
{
    /// <summary>The profile as the file was recognized; unchanged if the entry says how the model is read, or if nothing fits.</summary>
    /// <exception cref="UserException">Two models fit, or the recognized one lacks its head.</exception>
    public static ModelProfile Of(ILanguageModel model, ModelProfile profile)
    {
        if (profile.IsDescribed || KnownReward.Candidates(model) is not [var first, ..] candidates) return profile;
        if (candidates.Count > 1 || first.File.IsAmbiguous(model))
            throw new UserException(ExitCode.ModelUnusable,
                $"the reward model '{profile.Name}' may be {string.Join(" or ", candidates.Select(known => known.Name))}"
                    + $"{(candidates.Count > 1 ? "" : ", and another model has the same name")}: say which it is in "
                    + $"Rebase:Models:{profile.Name}:Preset, or name its Convention");
        var recognized = profile.As(first);
        return recognized.Convention.HasHead && recognized.Reward.Head is null && recognized.Remote is null
            ? throw new UserException(ExitCode.ModelUnusable,
                $"the reward model '{profile.Name}' is recognized as {first.Name}, whose score comes from a head: make an entry under "
                    + $"Rebase:Models with this file as Path, {first.Name} as Preset and the head's safetensors file as Head")
            : recognized;
    }
}
