using RebaseBatch.Inference.Ports;

namespace RebaseBatch.Inference.Rewards;

/// <summary>A convention that a catalog entry can name.</summary>
/// <param name="Defaults">What holds for what the entry leaves out.</param>
/// <param name="HasHead">Whether it reads hidden states through a head in a file of its own.</param>
/// <param name="For">Sets it up for a model; the name is the model's, for sentences. Refuses, with a sentence, a model that does not fit.</param>
sealed record RewardConvention(string Name, RewardPreset Defaults, bool HasHead, Func<ILanguageModel, RewardPreset, string, IRewardConvention> For)
{
    public static readonly IReadOnlyList<RewardConvention> All =
    [
        new(MathShepherdConvention.Name, new(), false, (model, preset, name) => new MathShepherdConvention(model, preset, name)),
        new(MeanLogitConvention.Name, new(), false, (model, preset, name) => new MeanLogitConvention(model, preset, name)),
        new(RlhflowConvention.Name, new(Tag: "", AfterQuestion: " "), false, (model, preset, name) => new RlhflowConvention(model, preset, name)),
        new(SkyworkConvention.Name, new(Tag: "\n"), true, (model, preset, name) => new SkyworkConvention(model, preset, name)),
        new(QwenPrmConvention.Name, new(Tag: "<extra_0>"), true, (model, preset, name) => new QwenPrmConvention(model, preset, name)),
    ];
}
