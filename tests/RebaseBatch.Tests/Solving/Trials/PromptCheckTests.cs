using RebaseBatch.Inference.Catalog;
using RebaseBatch.Solving.Trials;
using Xunit;

namespace RebaseBatch.Tests.Solving.Trials;

public sealed class PromptCheckTests
{
    static TrialCheck Of(string prompt, TinyModel model) =>
        PromptCheck.Of(PromptPreset.All.Single(preset => preset.Name == prompt), model.Model);

    [Fact]
    public void Markers_that_are_control_tokens_fit()
    {
        using var qwen = new TinyModel(TinyModel.QwenControls);
        Assert.Equal(TrialVerdict.Ok, Of("qwen-chat", qwen).Verdict);
        Assert.Equal(TrialVerdict.Ok, Of("plain", qwen).Verdict);
    }

    [Fact]
    public void A_marker_of_another_family_is_named_with_the_prompt_that_fits()
    {
        using var qwen = new TinyModel(TinyModel.QwenControls, chatTemplate: "<|im_start|>{{ message }}<|im_end|>");
        var check = Of("llama3-chat", qwen);
        Assert.Equal(TrialVerdict.Advice, check.Verdict);
        Assert.Contains("'<|start_header_id|>'", check.Sentence, StringComparison.Ordinal);
        Assert.EndsWith("set Prompt to qwen-chat", check.Sentence, StringComparison.Ordinal);
    }

    [Fact]
    public void A_chat_model_with_the_plain_prompt_gets_advice()
    {
        using var llama = new TinyModel(TinyModel.LlamaControls,
            chatTemplate: "<|start_header_id|>user<|end_header_id|>{{ message }}<|eot_id|>");
        var check = Of("plain", llama);
        Assert.Equal(TrialVerdict.Advice, check.Verdict);
        Assert.EndsWith("set Prompt to llama3-chat", check.Sentence, StringComparison.Ordinal);
    }

    [Fact]
    public void Control_tokens_are_shown_by_their_names_and_parts_of_code_points_by_their_bytes()
    {
        using var qwen = new TinyModel(TinyModel.QwenControls);
        int[] tokens = [qwen.File.Id("<|im_start|>"), qwen.File.Id((byte)'a'), qwen.File.Id(0xD0)];
        Assert.Equal([new(tokens[0], "<|im_start|>", true), new(tokens[1], "a", false), new TrialToken(tokens[2], "\\xD0", false)],
            TrialToken.Of(qwen.Model, tokens));
    }
}
