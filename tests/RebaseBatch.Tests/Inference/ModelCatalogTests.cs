using RebaseBatch.Inference.Catalog;
using RebaseBatch.Platform.Errors;
using Xunit;

namespace RebaseBatch.Tests.Inference;

[Fast]
public sealed class ModelCatalogTests
{
    static ModelProfile Entry(ModelOptions options)
    {
        options.Path = "/models/prm.gguf";
        return new ModelCatalog(new Dictionary<string, ModelOptions> { ["prm"] = options }).Resolve("prm");
    }

    static string Refused(ModelOptions options)
    {
        var refused = Assert.Throws<UserException>(() => Entry(options));
        Assert.Equal(ExitCode.BadInput, refused.Code);
        return refused.Message;
    }

    [Theory]
    [InlineData("math-shepherd", "ки", "\n")]
    [InlineData("mean-logit", "ки", "\n")]
    [InlineData("rlhflow", "", " ")]
    public void A_convention_brings_its_texts(string name, string tag, string afterQuestion)
    {
        var profile = Entry(new() { Convention = name });
        Assert.Equal((name, tag, afterQuestion), (profile.Convention.Name, profile.Reward.Tag, profile.Reward.AfterQuestion));
    }

    [Theory]
    [InlineData("skywork", "\n")]
    [InlineData("qwen-math-prm", "<extra_0>")]
    public void A_convention_with_a_head_needs_its_file(string name, string tag)
    {
        var profile = Entry(new() { Convention = name, Head = "/models/head.safetensors" });
        Assert.Equal((tag, "/models/head.safetensors"), (profile.Reward.Tag, profile.Reward.Head));
        Assert.Contains("Rebase:Models:prm:Head", Refused(new() { Convention = name }), StringComparison.Ordinal);
    }

    [Fact]
    public void What_the_entry_says_goes_before_what_the_convention_brings()
    {
        var reward =
            Entry(new()
            {
                Convention = "math-shepherd", StepTag = "#", GoodToken = "y", BadToken = "n", AfterQuestion = " ", StepTagId = 1,
                GoodTokenId = 2, BadTokenId = 3
            }).Reward;
        Assert.Equal(("#", "y", "n", " "), (reward.Tag, reward.Good, reward.Bad, reward.AfterQuestion));
        Assert.Equal((1, 2, 3), (reward.TagId, reward.GoodId, reward.BadId));
    }

    [Fact]
    public void A_preset_brings_its_convention_and_texts_and_the_entry_goes_before_them()
    {
        var shepherd = Entry(new() { Preset = "math-shepherd-mistral" });
        Assert.Equal(("math-shepherd", " ", 12902), (shepherd.Convention.Name, shepherd.Reward.AfterQuestion, shepherd.Reward.TagId));
        Assert.True(shepherd.IsDescribed);
        var changed = Entry(new() { Preset = "math-shepherd-mistral", AfterQuestion = "\n", StepTag = "#", Convention = "mean-logit" });
        Assert.Equal(("mean-logit", "\n", "#", null, 648),
            (changed.Convention.Name, changed.Reward.AfterQuestion, changed.Reward.Tag, changed.Reward.TagId, changed.Reward.GoodId));
        Assert.Contains("Rebase:Models:prm:Head", Refused(new() { Preset = "qwen2.5-math-prm" }), StringComparison.Ordinal);
        Assert.EndsWith("there are math-shepherd-mistral, rlhflow-llama3.1, skywork-o1-open-prm, qwen2.5-math-prm, qwen2.5-math-prm800k, "
            + "llemma-7b-prm", Refused(new() { Preset = "shepherd" }), StringComparison.Ordinal);
    }

    [Fact]
    public void Only_an_entry_that_names_neither_preset_nor_convention_is_to_be_recognized()
    {
        Assert.False(Entry(new()).IsDescribed);
        Assert.False(Entry(new() { AfterQuestion = " " }).IsDescribed);
        Assert.True(Entry(new() { Convention = "math-shepherd" }).IsDescribed);
    }

    [Fact]
    public void A_head_that_nobody_would_read_is_refused() =>
        Assert.Contains("the convention math-shepherd has none", Refused(new() { Head = "/models/head.safetensors" }),
            StringComparison.Ordinal);

    [Fact]
    public void A_convention_that_is_not_there_is_answered_with_those_that_are() =>
        Assert.EndsWith("there are math-shepherd, mean-logit, rlhflow, skywork, qwen-math-prm", Refused(new() { Convention = "orm" }),
            StringComparison.Ordinal);
}
