using RebaseBatch.Inference.Ports;

namespace RebaseBatch.Inference.Rewards;

/// <summary>A convention that a catalog entry can name.</summary>
/// <param name="Defaults">Values for the texts that the entry leaves out.</param>
/// <param name="HasHead">Whether it reads hidden states through a head in a separate file.</param>
/// <param name="For">Sets it up for a model. The text is the model's name, for error sentences. Throws when the model does not fit.</param>
sealed record RewardConvention(string Name, RewardPreset Defaults, bool HasHead,
    Func<ILanguageModel, RewardPreset, string, IRewardConvention> For)
{
    public static readonly IReadOnlyList<RewardConvention> All =
    [
        new(MathShepherdConvention.Name, new(), false, (model, preset, name) => new MathShepherdConvention(model, preset, name)),
        new(MeanLogitConvention.Name, new(), false, (model, preset, name) => new MeanLogitConvention(model, preset, name)),
        new(RlhflowConvention.Name, new() { Tag = "", AfterQuestion = " " }, false,
            (model, preset, name) => new RlhflowConvention(model, preset, name)),
        new(SkyworkConvention.Name, new() { Tag = "\n" }, true, (model, preset, name) => new SkyworkConvention(model, preset, name)),
        new(QwenPrmConvention.Name, new() { Tag = "<extra_0>" }, true, (model, preset, name) => new QwenPrmConvention(model, preset, name)),
    ];
}
