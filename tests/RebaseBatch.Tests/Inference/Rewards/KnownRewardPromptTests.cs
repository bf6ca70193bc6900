using System.Text;
using RebaseBatch.Inference.Rewards;
using Xunit;

namespace RebaseBatch.Tests.Inference.Rewards;

/// <summary>The whole input of each published reward model, for two steps, as its source has it.</summary>
public sealed class KnownRewardPromptTests
{
    const string Question = "What is 1 + 2 * 3?";
    static readonly string[] s_steps = ["Step 1: 2 * 3 = 6.\n", "Step 2: 1 + 6 = 7. The answer is: 7"];

    // The ids are those of the published tokenizer, which the small models do not have.
    static RewardPreset Texts(string preset) =>
        KnownReward.All.Single(known => known.Name == preset).Texts with { TagId = null, GoodId = null, BadId = null };

    static IRewardConvention Convention(string preset, RebaseBatch.Inference.Ports.ILanguageModel model, string? head = null)
    {
        var name = KnownReward.All.Single(known => known.Name == preset).Convention;
        return RewardConvention.All.Single(convention => convention.Name == name).For(model, Texts(preset) with { Head = head }, "prm");
    }

    [Fact]
    public void Math_shepherd_is_as_on_its_card()
    {
        var tokens = Convention("math-shepherd-mistral", Models.Reward).Encode(Question, s_steps);
        Assert.Equal("What is 1 + 2 * 3? Step 1: 2 * 3 = 6. ки\nStep 2: 1 + 6 = 7. The answer is: 7 ки",
            Encoding.UTF8.GetString([.. tokens.SelectMany(token => Models.Reward.Piece(token).ToArray())]));
        var texts = KnownReward.All.Single(known => known.Name == "math-shepherd-mistral").Texts;
        Assert.Equal((12902, 648, 387), (texts.TagId, texts.GoodId, texts.BadId));
    }

    [Fact]
    public void Rlhflow_is_a_chat_of_steps()
    {
        using var tiny = new TinyModel(TinyModel.LlamaControls);
        Assert.Equal(
            "<|begin_of_text|><|start_header_id|>system<|end_header_id|>\n\nCutting Knowledge Date: December 2023\n"
                + "Today Date: 26 Jul 2024\n\n<|eot_id|><|start_header_id|>user<|end_header_id|>\n\n"
                + "What is 1 + 2 * 3? Step 1: 2 * 3 = 6.<|eot_id|><|start_header_id|>assistant<|end_header_id|>\n\n+<|eot_id|>"
                + "<|start_header_id|>user<|end_header_id|>\n\nStep 2: 1 + 6 = 7. The answer is: 7<|eot_id|>"
                + "<|start_header_id|>assistant<|end_header_id|>\n\n",
            tiny.Show(Convention("rlhflow-llama3.1", tiny.Model).Encode(Question, s_steps)));
    }

    [Fact]
    public void Skywork_is_lines_behind_the_problem()
    {
        using var tiny = new TinyModel(TinyModel.QwenControls, preTokenizer: "qwen2");
        Safetensors.Write(tiny.At("v"), ("v_head.summary.weight", "F32", [1, TinyGguf.Width], new float[TinyGguf.Width]),
            ("v_head.summary.bias", "F32", [1], [0f]));
        Assert.Equal("<|endoftext|>What is 1 + 2 * 3?\nStep 1: 2 * 3 = 6.\nStep 2: 1 + 6 = 7. The answer is: 7\n",
            tiny.Show(Convention("skywork-o1-open-prm", tiny.Model, tiny.At("v")).Encode(Question, s_steps)));
    }

    [Theory]
    [InlineData("qwen2.5-math-prm")]
    [InlineData("qwen2.5-math-prm800k")]
    public void Qwen_is_a_chat_with_a_token_behind_each_step(string preset)
    {
        const int Width = TinyGguf.Width;
        using var tiny = new TinyModel(TinyModel.QwenControls, preTokenizer: "qwen2");
        Safetensors.Write(tiny.At("q"),
            ("score.0.weight", "F32", [Width, Width], new float[Width * Width]), ("score.0.bias", "F32", [Width], new float[Width]),
            ("score.2.weight", "F32", [2, Width], new float[2 * Width]), ("score.2.bias", "F32", [2], [0f, 0f]));
        Assert.Equal(
            "<|im_start|>system\nPlease reason step by step, and put your final answer within \\boxed{}.<|im_end|>\n<|im_start|>user\n"
                + "What is 1 + 2 * 3?<|im_end|>\n<|im_start|>assistant\nStep 1: 2 * 3 = 6.<extra_0>"
                + "Step 2: 1 + 6 = 7. The answer is: 7<extra_0>",
            tiny.Show(Convention(preset, tiny.Model, tiny.At("q")).Encode(Question, s_steps)));
    }

    [Fact]
    public void Llemma_has_headings_and_is_read_at_the_first_line_break_behind_a_step()
    {
        using var tiny = new TinyModel(TinyModel.LlamaControls, pairs: ["zz"]);
        var convention = Convention("llemma-7b-prm", tiny.Model);
        var tokens = convention.Encode(Question, s_steps);
        // The vocabulary adds no begin token by itself.
        Assert.EndsWith(
            "# Question\n\nWhat is 1 + 2 * 3?\n\n# Solution\n\nStep 1: 2 * 3 = 6.\n\nStep 2: 1 + 6 = 7. The answer is: 7\n",
            tiny.Show(tokens), StringComparison.Ordinal);
        var first = convention.Encode(Question, s_steps[..1]);
        Assert.Equal(first, tokens[..first.Length]);
    }
}
