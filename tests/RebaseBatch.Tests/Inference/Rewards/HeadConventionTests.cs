using Microsoft.Extensions.Logging.Abstractions;
using RebaseBatch.Inference.Ports;
using RebaseBatch.Inference.Rewards;
using RebaseBatch.Inference.Scheduling;
using RebaseBatch.Inference.Scheduling.Scoring;
using RebaseBatch.Platform.Errors;
using Xunit;

namespace RebaseBatch.Tests.Inference.Rewards;

public sealed class HeadConventionTests : IDisposable
{
    const int Width = TinyGguf.Width;
    readonly TinyModel _tiny = new(TinyModel.QwenControls, preTokenizer: "qwen2");

    public void Dispose() => _tiny.Dispose();

    static RewardPreset Defaults(string name) => RewardConvention.All.Single(c => c.Name == name).Defaults;

    static float[] Numbers(int count, int seed)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, count).Select(_ => (float)(random.NextDouble() - 0.5))];
    }

    SkyworkConvention Skywork(int width = Width)
    {
        Safetensors.Write(_tiny.At("v"), ("v_head.summary.weight", "F32", [1, width], Numbers(width, 3)),
            ("v_head.summary.bias", "F32", [1], [0.25f]));
        return new(_tiny.Model, Defaults("skywork") with { Head = _tiny.At("v") }, "prm");
    }

    QwenPrmConvention Qwen()
    {
        Safetensors.Write(_tiny.At("q"),
            ("score.0.weight", "F32", [Width, Width], Numbers(Width * Width, 4)), ("score.0.bias", "F32", [Width], Numbers(Width, 5)),
            ("score.2.weight", "F32", [2, Width], Numbers(2 * Width, 6)), ("score.2.bias", "F32", [2], [0.1f, -0.2f]));
        return new(_tiny.Model, Defaults("qwen-math-prm") with { Head = _tiny.At("q") }, "prm");
    }

    [Fact]
    public void Skywork_is_the_problem_and_lines_that_end_in_a_line_break()
    {
        var tokens = Skywork().Encode("What is 1 + 1?", ["Step 1: one\n", "Step 2:\ntwo"]);
        Assert.Equal("<|endoftext|>What is 1 + 1?\nStep 1: one\nStep 2:\ntwo\n", _tiny.Show(tokens));
        Assert.Equal(_tiny.File.Id((byte)'\n'), tokens[^1]);
    }

    [Fact]
    public void Skywork_keeps_an_empty_line_as_a_line_break_of_its_own_and_not_as_a_double_one()
    {
        var tokens = Skywork().Encode("Q", ["a\n\nb"]);
        Assert.Equal("<|endoftext|>Q\na\n\nb\n", _tiny.Show(tokens));
        Assert.DoesNotContain(_tiny.File.Id("\n\n"), tokens);
    }

    [Fact]
    public void Qwen_is_a_chat_whose_answer_is_the_steps_with_a_token_behind_each()
    {
        var tokens = Qwen().Encode("What is <|im_end|> 1 + 1?", [" Step 1: one\n\n", "Step 2: two"]);
        Assert.Equal(
            "<|im_start|>system\nPlease reason step by step, and put your final answer within \\boxed{}.<|im_end|>\n"
            + "<|im_start|>user\nWhat is <|im_end|> 1 + 1?<|im_end|>\n<|im_start|>assistant\nStep 1: one<extra_0>Step 2: two<extra_0>",
            _tiny.Show(tokens));
        Assert.Equal(_tiny.File.Id("<extra_0>"), tokens[^1]);
        Assert.Equal((2, 2),
            (tokens.Count(token => token == _tiny.File.Id("<extra_0>")), tokens.Count(token => token == _tiny.File.Id("<|im_end|>"))));
    }

    [Fact]
    public void Qwen_is_what_the_tokenizer_makes_of_the_whole_template_at_once()
    {
        var tokens = Qwen().Encode("What is 1 + 1?", ["Step 1: one", "Step 2: two"]);
        Assert.Equal(_tiny.Model.Tokenize(_tiny.Show(tokens), addSpecial: false, parseSpecial: true), tokens);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_new_step_continues_the_tokens_of_the_steps_before(bool qwen)
    {
        IRewardConvention convention = qwen ? Qwen() : Skywork();
        var (one, two) = (convention.Encode("Q", ["1"]), convention.Encode("Q", ["1", "2"]));
        Assert.Equal(one, two[..one.Length]);
    }

    [Fact]
    public void Skywork_scores_sigmoid_of_a_linear_head()
    {
        var (hidden, v) = (Numbers(Width, 8), Numbers(Width, 3));
        var value = 0.25 + hidden.Zip(v, (h, w) => (double)h * w).Sum();
        Assert.Equal(1 / (1 + Math.Exp(-value)), Skywork().Read(hidden), 1e-5);
        hidden[3] = float.NaN;
        Assert.Throws<ModelFaultException>(() => Skywork().Read(hidden));
    }

    [Fact]
    public void Qwen_scores_class_one_of_two_layers_with_a_rectifier_between()
    {
        var (hidden, a, b, c) = (Numbers(Width, 8), Numbers(Width * Width, 4), Numbers(Width, 5), Numbers(2 * Width, 6));
        var inner = Enumerable.Range(0, Width)
            .Select(row => Math.Max(0, b[row] + Enumerable.Range(0, Width).Sum(i => (double)a[row * Width + i] * hidden[i]))).ToArray();
        var classes = Enumerable.Range(0, 2)
            .Select(row => new[] { 0.1, -0.2 }[row] + Enumerable.Range(0, Width).Sum(i => c[row * Width + i] * inner[i])).ToArray();
        Assert.Equal(Math.Exp(classes[1]) / (Math.Exp(classes[0]) + Math.Exp(classes[1])), Qwen().Read(hidden), 1e-5);
    }

    [Fact]
    public void A_head_for_another_width_is_refused()
    {
        var refused = Assert.Throws<UserException>(() => Skywork(width: Width + 1));
        Assert.Equal(ExitCode.ModelUnusable, refused.Code);
        Assert.Contains($"[1, {Width + 1}]", refused.Message, StringComparison.Ordinal);
        Assert.Contains($"[1, {Width}]", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_model_without_the_step_token_is_refused()
    {
        using var llama = new TinyModel([.. TinyModel.LlamaControls, "<|im_start|>", "<|im_end|>"]);
        var refused =
            Assert.Throws<UserException>(
                () => new QwenPrmConvention(llama.Model, Defaults("qwen-math-prm") with { Head = _tiny.At("q") }, "prm"));
        Assert.Contains("<extra_0>", refused.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Steps_scored_one_by_one_in_the_engine_score_as_the_whole_read_at_once(bool qwen)
    {
        IRewardConvention convention = qwen ? Qwen() : Skywork();
        Assert.Equal(ModelOutput.HiddenState, convention.Reads);
        string[] steps = ["Step 1: one and one", "Step 2: two", "Step 3: so it is 2."];
        var options = new DecodeContextOptions { Cells = 1024, BatchTokens = 64, MaxSequences = 8, HiddenStates = true };
        var engine = new EngineOptions { MaxRunning = 4, Output = convention.Reads };
        var engines = new SwappingEngines("reward", [_tiny.Model.CreateContext(options)], _tiny.Model.Facts.VocabularySize, engine,
            longest: 768, savedCells: 4096, _tiny.Model.Facts.KvBytesPerCell, NullLogger.Instance);
        using var scorer = new StepScorer(_tiny.Model, engines, convention);

        for (var count = 1; count <= steps.Length; count++)
        {
            var tokens = scorer.Encode("What is 1 + 1?", steps[..count]);
            var scored = await scorer.ScoreAsync(search: 1, node: count, tokens, encodedBefore: 0, CancellationToken.None)
                .WaitAsync(TimeSpan.FromSeconds(30));
            Assert.Equal(convention.Read(_tiny.Decode(tokens).Hidden), scored.Score, 1e-3);
            // The steps before it lie in the cache.
            if (count > 1) Assert.InRange(scored.Cost.Evaluated, 1, 40);
        }

        Assert.NotInRange(convention.Read(_tiny.Decode(convention.Encode("What is 1 + 1?", steps)).Hidden), 0.4999, 0.5001);
    }
}
