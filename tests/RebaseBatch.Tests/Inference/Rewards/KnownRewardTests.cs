using RebaseBatch.Inference.Rewards;
using Xunit;

namespace RebaseBatch.Tests.Inference.Rewards;

/// <summary>Which files are recognized as which published reward model, and which are not.</summary>
[Fast]
public sealed class KnownRewardTests
{
    static readonly Dictionary<string, int> s_mistral = new() { ["ки"] = 12902, ["+"] = 648, ["-"] = 387 };
    static readonly Dictionary<string, int> s_llama3 = new() { ["<|begin_of_text|>"] = 128000, ["<|eot_id|>"] = 128009 };
    static readonly Dictionary<string, int> s_qwen = new() { ["<extra_0>"] = 151651 };
    static readonly Dictionary<string, int> s_llemma = new() { ["\n"] = 13, ["+"] = 718, ["-"] = 448 };

    static NamedModel Model(string architecture, string name, Dictionary<string, int> tokens, string? owner = null, string? basename = null)
    {
        var metadata = new Dictionary<string, string> { ["general.architecture"] = architecture, ["general.name"] = name };
        if (owner is not null) metadata["general.organization"] = owner;
        if (basename is not null) metadata["general.basename"] = basename;
        return new(metadata, tokens);
    }

    static string[] Names(NamedModel model) => [.. KnownReward.Candidates(model).Select(known => known.Name)];

    static Dictionary<string, int> Vocabulary(string family) => family switch
    {
        "mistral" => s_mistral,
        "llama3" => s_llama3,
        "qwen" => s_qwen,
        _ => s_llemma,
    };

    [Theory]
    [InlineData("llama", "Math Shepherd Mistral 7b Prm", "mistral", "math-shepherd-mistral")]
    [InlineData("llama", "math-shepherd-mistral-7b-prm", "mistral", "math-shepherd-mistral")]
    [InlineData("llama", "Llama3.1 8B PRM Mistral Data", "llama3", "rlhflow-llama3.1")]
    [InlineData("llama", "Llama3.1-8B-PRM-Deepseek-Data", "llama3", "rlhflow-llama3.1")]
    [InlineData("qwen2", "Skywork o1 Open PRM Qwen 2.5 1.5B", "qwen", "skywork-o1-open-prm")]
    [InlineData("qwen2", "Skywork-o1-Open-PRM-Qwen-2.5-7B", "qwen", "skywork-o1-open-prm")]
    [InlineData("qwen2", "Qwen2.5 Math PRM 7B", "qwen", "qwen2.5-math-prm")]
    [InlineData("qwen2", "Qwen2.5-Math-PRM-72B", "qwen", "qwen2.5-math-prm")]
    [InlineData("llama", "Llemma 7b Prm Prm800k Level 1to3 Hf", "llemma", "llemma-7b-prm")]
    [InlineData("llama", "llemma-7b-prm-metamath-level-1to3-hf", "llemma", "llemma-7b-prm")]
    public void A_published_file_is_recognized(string architecture, string name, string vocabulary, string preset) =>
        Assert.Equal([preset], Names(Model(architecture, name, Vocabulary(vocabulary))));

    [Theory]
    [InlineData("llama", "Math Shepherd Mistral 7b Rl", "mistral")] // the policy of the same authors
    [InlineData("llama", "Math Shepherd Mistral 7b Sft", "mistral")]
    [InlineData("llama", "Mistral 7B v0.1", "mistral")] // the vocabulary alone
    [InlineData("llama", "Math Shepherd Mistral 7b Prm", "llama3")] // another vocabulary
    [InlineData("qwen2", "Math Shepherd Mistral 7b Prm", "mistral")] // another architecture
    [InlineData("llama", "Llama3.1 8B ORM Mistral Data", "llama3")] // an outcome reward model
    [InlineData("llama", "Llama3.1 8B PRM Mistral Data", "mistral")]
    [InlineData("qwen2", "Qwen2.5 Math 7B Instruct", "qwen")]
    [InlineData("qwen2", "Qwen2.5 Math RM 72B", "qwen")]
    [InlineData("qwen2", "Qwen2.5 Math PRM 7B", "llama3")]
    [InlineData("llama", "Llemma 7b Oprm Prm800k Level 1to3 Hf", "llemma")]
    [InlineData("llama", "Llemma 7b Orm Prm800k Level 1to3 Hf", "llemma")]
    [InlineData("llama", "Llemma 7b Sft Prm800k Level 1to3 Hf", "llemma")]
    [InlineData("llama", "Tiny Math PRM", "mistral")]
    public void A_near_miss_is_not(string architecture, string name, string vocabulary) =>
        Assert.Empty(Names(Model(architecture, name, Vocabulary(vocabulary))));

    [Fact]
    public void The_name_may_stand_in_its_parts() => Assert.Equal(["math-shepherd-mistral"],
        Names(Model("llama", "peiyi9979", s_mistral, basename: "math-shepherd-mistral-prm")));

    [Fact]
    public void One_name_of_two_models_is_told_apart_by_the_owner_or_not_at_all()
    {
        const string Name = "Qwen2.5 Math 7B PRM800K";
        Assert.Equal(["qwen2.5-math-prm800k"], Names(Model("qwen2", Name, s_qwen, owner: "Qwen")));
        Assert.Empty(Names(Model("qwen2", Name, s_qwen, owner: "Jinachris")));
        var unowned = Model("qwen2", Name, s_qwen);
        Assert.True(Assert.Single(KnownReward.Candidates(unowned)).File.IsAmbiguous(unowned));
    }

    [Fact]
    public void Each_preset_names_a_convention_that_exists() => Assert.All(KnownReward.All,
        known => Assert.Contains(known.Convention, RewardConvention.All.Select(convention => convention.Name)));
}
