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
    public void A_head_that_nobody_would_read_is_refused() =>
        Assert.Contains("the convention math-shepherd has none", Refused(new() { Head = "/models/head.safetensors" }),
            StringComparison.Ordinal);

    [Fact]
    public void A_convention_that_is_not_there_is_answered_with_those_that_are() =>
        Assert.EndsWith("there are math-shepherd, mean-logit, rlhflow, skywork, qwen-math-prm", Refused(new() { Convention = "orm" }),
            StringComparison.Ordinal);
}
