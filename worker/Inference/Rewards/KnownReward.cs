using RebaseBatch.Inference.Ports;

namespace RebaseBatch.Inference.Rewards;

/// <summary>A published reward model, or a family of them: how its input is written, and how its file is recognized.</summary>
/// <param name="Name">The preset's name in the settings.</param>
/// <param name="Convention">A name of <see cref="RewardConvention.All"/>.</param>
/// <param name="Texts">The texts around steps; token ids in it are those of the model's own tokenizer.</param>
/// <param name="File">What its files say of themselves.</param>
sealed record KnownReward(string Name, string Convention, RewardPreset Texts, RewardSignature File)
{
    public static readonly IReadOnlyList<KnownReward> All =
    [
        // The model card of peiyi9979/math-shepherd-mistral-7b-prm.
        new("math-shepherd-mistral", MathShepherdConvention.Name,
            new() { AfterQuestion = " ", TagId = 12902, GoodId = 648, BadId = 387 }, new("llama", "mathshepherd(mistral)?(7b)?prm")),
        // RLHFlow/RLHF-Reward-Modeling, math-rm/prm_evaluate.py.
        new("rlhflow-llama3.1", RlhflowConvention.Name,
            new() { Tag = "", AfterQuestion = " " },
            new("llama", "llama31(8b)?prm(mistral|deepseek)data") { Markers = ["<|begin_of_text|>", "<|eot_id|>"] }),
        // SkyworkAI/skywork-o1-prm-inference.
        new("skywork-o1-open-prm", SkyworkConvention.Name, new() { Tag = "\n" }, new("qwen2", "skyworko1openprm")),
        // The model cards of Qwen/Qwen2.5-Math-PRM-7B and -72B.
        new("qwen2.5-math-prm", QwenPrmConvention.Name,
            new() { Tag = "<extra_0>", TagId = 151651 }, new("qwen2", "qwen25mathprm(7b|72b)?$")),
        // The model card of Qwen/Qwen2.5-Math-7B-PRM800K. jinachris/Qwen2.5-Math-7B-PRM800K has the same name and another input.
        new("qwen2.5-math-prm800k", QwenPrmConvention.Name,
            new() { Tag = "<extra_0>", TagId = 151651 }, new("qwen2", "qwen25math(7b)?prm800k$") { Owner = "Qwen" }),
        // The model cards of ScalableMath/llemma-7b-prm-prm800k-level-1to3-hf and -metamath-level-1to3-hf.
        new("llemma-7b-prm", MeanLogitConvention.Name,
            new()
            {
                BeforeQuestion = "# Question\n\n", AfterQuestion = "\n\n# Solution\n\n", BeforeTag = "", Tag = "\n", BetweenSteps = "\n",
                TagId = 13,
            },
            new("llama", "llemma(7b)?prm(prm800k|metamath)level1to3")),
    ];

    /// <summary>Those that the file may be, by its metadata and its vocabulary.</summary>
    public static IReadOnlyList<KnownReward> Candidates(ILanguageModel model) =>
        [.. All.Where(known => known.File.Fits(model) && known.HasTokens(model))];

    bool HasTokens(ILanguageModel model) => Is(model, Texts.Tag, Texts.TagId) && Is(model, Texts.Good, Texts.GoodId)
        && Is(model, Texts.Bad, Texts.BadId);

    /// <summary>Sentencepiece vocabularies put their own space token in front of a text.</summary>
    static bool Is(ILanguageModel model, string text, int? id) =>
        id is null || (model.Tokenize(text, addSpecial: false, parseSpecial: true) is [.., var last] and { Length: <= 2 } && last == id);
}
