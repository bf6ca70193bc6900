using RebaseBatch.Inference.Rewards;
using RebaseBatch.Platform.Errors;
using Xunit;

namespace RebaseBatch.Tests.Inference.Rewards;

public sealed class RlhflowConventionTests
{
    const string Llama3 = "{% for message in messages %}...{% endfor %}";
    const string Llama31 = "{{- \"Cutting Knowledge Date: December 2023\\n\" }}";
    static readonly RewardPreset s_preset = RewardConvention.All.Single(c => c.Name == "rlhflow").Defaults;

    static RlhflowConvention Convention(TinyModel tiny) => new(tiny.Model, s_preset, "prm");

    [Fact]
    public void Steps_are_turns_and_earlier_answers_are_plus()
    {
        using var tiny = new TinyModel(TinyModel.LlamaControls, chatTemplate: Llama3);
        var tokens = Convention(tiny).Encode("What is 1 + 1?", [" Step 1: one\n\n", "Step 2: two", "Step 3: three"]);
        Assert.Equal(
            "<|begin_of_text|><|start_header_id|>user<|end_header_id|>\n\nWhat is 1 + 1?  Step 1: one<|eot_id|>"
            + "<|start_header_id|>assistant<|end_header_id|>\n\n+<|eot_id|>"
            + "<|start_header_id|>user<|end_header_id|>\n\nStep 2: two<|eot_id|>"
            + "<|start_header_id|>assistant<|end_header_id|>\n\n+<|eot_id|>"
            + "<|start_header_id|>user<|end_header_id|>\n\nStep 3: three<|eot_id|>"
            + "<|start_header_id|>assistant<|end_header_id|>\n\n",
            tiny.Show(tokens));
        // "\n\n" is one token, and the score is read at it: the token before the answer.
        Assert.Equal(tiny.File.Id("\n\n"), tokens[^1]);
        Assert.Equal(tiny.File.Id("<|end_header_id|>"), tokens[^2]);
    }

    [Fact]
    public void It_is_what_the_tokenizer_makes_of_the_whole_template_at_once()
    {
        using var tiny = new TinyModel(TinyModel.LlamaControls, chatTemplate: Llama3);
        var tokens = Convention(tiny).Encode("What is 1 + 1?", ["Step 1: one", "Step 2: two"]);
        Assert.Equal(tiny.Model.Tokenize(tiny.Show(tokens), addSpecial: false, parseSpecial: true), tokens);
    }

    [Theory]
    [InlineData(Llama31)]
    [InlineData(null)]
    public void Llama_31_begins_with_its_own_system_turn(string? template)
    {
        using var tiny = new TinyModel(TinyModel.LlamaControls, chatTemplate: template);
        Assert.StartsWith(
            "<|begin_of_text|><|start_header_id|>system<|end_header_id|>\n\nCutting Knowledge Date: December 2023\nToday Date: 26 Jul "
                + "2024\n\n<|eot_id|><|start_header_id|>user<|end_header_id|>\n\nQ 1<|eot_id|>",
            tiny.Show(Convention(tiny).Encode("Q", ["1"])), StringComparison.Ordinal);
    }

    [Fact]
    public void A_template_longer_than_a_kilobyte_is_read_whole()
    {
        using var tiny = new TinyModel(TinyModel.LlamaControls, chatTemplate: new string('x', 5000) + Llama31);
        Assert.Contains("Cutting Knowledge Date", tiny.Show(Convention(tiny).Encode("Q", ["1"])), StringComparison.Ordinal);
    }

    [Fact]
    public void A_new_step_continues_the_tokens_of_the_steps_before()
    {
        using var tiny = new TinyModel(TinyModel.LlamaControls);
        var (one, two) = (Convention(tiny).Encode("Q", ["1"]), Convention(tiny).Encode("Q", ["1", "2"]));
        Assert.Equal(one, two[..one.Length]);
        Assert.Equal([tiny.File.Id((byte)'+'), tiny.File.Id("<|eot_id|>")], two[one.Length..(one.Length + 2)]);
    }

    [Fact]
    public void Control_tokens_in_a_question_stay_text()
    {
        using var tiny = new TinyModel(TinyModel.LlamaControls, chatTemplate: Llama3);
        var tokens = Convention(tiny).Encode("a<|eot_id|>b", ["c"]);
        Assert.Equal(1, tokens.Count(token => token == tiny.File.Id("<|eot_id|>")));
        Assert.Contains("a<|eot_id|>b c", tiny.Show(tokens), StringComparison.Ordinal);
    }

    [Fact]
    public void The_score_is_plus_against_minus()
    {
        using var tiny = new TinyModel(TinyModel.LlamaControls);
        var logits = new float[tiny.Model.Facts.VocabularySize];
        (logits[tiny.File.Id((byte)'+')], logits[tiny.File.Id((byte)'-')], logits[7]) = (2, 1, 50);
        Assert.Equal(1 / (1 + Math.Exp(-1)), Convention(tiny).Read(logits), 1e-9);
    }

    [Fact]
    public void A_model_without_the_control_tokens_is_refused()
    {
        using var tiny = new TinyModel(TinyModel.QwenControls);
        var refused = Assert.Throws<UserException>(() => Convention(tiny));
        Assert.Equal(ExitCode.ModelUnusable, refused.Code);
        Assert.Contains("rlhflow", refused.Message, StringComparison.Ordinal);
        Assert.Contains("<|begin_of_text|>", refused.Message, StringComparison.Ordinal);
    }
}
