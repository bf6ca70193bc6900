using RebaseBatch.Contracts;
using RebaseBatch.Inference.Catalog;
using RebaseBatch.Inference.Loading;
using Xunit;

namespace RebaseBatch.Tests.Inference.Loading;

[Fast]
public sealed class PromptIdentityTests
{
    [Fact]
    public void Prompts_differ_by_name_and_by_their_texts()
    {
        var plain = PromptPreset.All[0];
        PromptPreset[] prompts =
        [
            .. PromptPreset.All, PromptPreset.Authors, plain with { Before = "Q: " }, plain with { After = "Q: " },
            plain with { AnswerMark = "=" }, plain with { Boundary = PromptPreset.Authors.Boundary },
            plain with { Boundary = RebaseBatch.Inference.Steps.StepBoundary.NumberedStep },
        ];
        Assert.Equal(prompts.Length, prompts.Select(prompt => prompt.Identity).Distinct().Count());
        Assert.Matches("^plain [0-9a-f]{8}$", plain.Identity);
        Assert.Equal(plain.Identity, (plain with { }).Identity);
    }

    [Fact]
    public void A_job_of_the_authors_preset_ran_with_their_prompt()
    {
        var environment = SampleEnvironment.Of("a");
        var policy = environment.Policy with { Prompt = PromptPreset.All[0].Identity };
        var lease = new ModelLease(new(null!, PromptPreset.All[0], null!, policy), null, () => { })
        {
            Environment = environment with { Policy = policy },
        };
        Assert.Equal(PromptPreset.All[0].Identity, lease.For(Preset.Corrected).Environment.Policy.Prompt);
        Assert.Equal(PromptPreset.Authors.Identity, lease.For(Preset.Authors).Environment.Policy.Prompt);
    }
}
