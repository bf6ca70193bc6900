using Microsoft.Extensions.Logging;
using RebaseBatch.Inference.Catalog;
using RebaseBatch.Inference.Loading;
using RebaseBatch.Inference.Ports;
using RebaseBatch.Inference.Rewards;
using RebaseBatch.Platform.Errors;
using RebaseBatch.Tests.Commands;
using Xunit;

namespace RebaseBatch.Tests.Inference;

/// <summary>Files whose metadata are wrong, or of a kind that can't be used: what is said of each, on the runtime of the process.</summary>
public sealed class DamagedMetadataTests : IDisposable
{
    const string Question = "Mia has 3 bags of 3 books each. How many books does she have?";

    readonly TemporaryFolder _folder = new();
    int _files;

    public void Dispose() => _folder.Dispose();

    string Patched(string from, string key, object? value, bool tensors = true)
    {
        var path = Path.Combine(_folder.Path, $"patched-{++_files}.gguf");
        PatchedGguf.Write(from, path, new Dictionary<string, object?> { [key] = value }, tensors);
        return path;
    }

    string Policy(string key, object? value) => Patched(Models.PathOf("tiny-math-policy-m"), key, value);

    /// <summary>A model with a byte-level vocabulary; the bundled ones have another kind.</summary>
    string Bpe(string key, object? value)
    {
        var path = Path.Combine(_folder.Path, "bpe.gguf");
        new TinyGguf(TinyModel.LlamaControls, ["\n\n"]).Write(path);
        return Patched(path, key, value);
    }

    Task<CommandRun> Check(string path) => CommandRun.In(_folder, [], "models", "check", path, "--data", _folder.Path, "--set",
        $"Rebase:Inference:Runtime={Models.Runtime.Kind}", "--format", "json");

    static UserException Refused(string path)
    {
        var refused = Assert.Throws<UserException>(() => Models.Runtime.Load(path, GpuPlacement.Cpu).Dispose());
        Assert.Equal(ExitCode.ModelUnusable, refused.Code);
        return refused;
    }

    [Fact]
    public void An_end_token_behind_the_prompt_is_left_out_for_policies_and_reward_models()
    {
        using var policy = Models.Runtime.Load(Policy("tokenizer.ggml.add_eos_token", true), GpuPlacement.Cpu);
        Assert.Equal("true", policy.Metadata("tokenizer.ggml.add_eos_token"));
        Assert.All(PromptPreset.All, prompt => Assert.Equal(prompt.Encode(Models.PolicyM, Question), prompt.Encode(policy, Question)));
        Assert.False(policy.IsEndOfGeneration(PromptPreset.All[0].Encode(policy, Question)[^1]));

        var path = Patched(Models.PathOf("tiny-math-prm"), "tokenizer.ggml.add_eos_token", true);
        using var reward = Models.Runtime.Load(path, GpuPlacement.Cpu);
        var convention = new MathShepherdConvention(reward, new RewardPreset(), "eos");
        var same = new MathShepherdConvention(Models.Reward, new RewardPreset(), "prm");
        string[] steps = ["Step 1: 3 * 3 = 9", "The answer is 9"];
        Assert.Equal(same.Encode(Question, steps), convention.Encode(Question, steps));
    }

    [Fact]
    public void A_text_that_begins_with_the_begin_token_gets_no_second_one()
    {
        var tokens = Models.PolicyM.Tokenize("<s>1 + 1", addSpecial: true, parseSpecial: true);
        Assert.Equal(1, tokens[0]);
        Assert.NotEqual(1, tokens[1]);
    }

    [Fact]
    public async Task A_vocabulary_without_pre_tokenizer_fails_the_check_and_is_logged_once_at_each_load()
    {
        var path = Bpe("tokenizer.ggml.pre", null);
        using (var model = Models.Runtime.Load(path, GpuPlacement.Cpu))
        {
            var spoiling = model.Remarks.Where(remark => remark.Spoils).Select(remark => remark.Text).ToList();
            Assert.Contains(spoiling, text => text.StartsWith("the file names no pre-tokenizer", StringComparison.Ordinal));
            Assert.Contains(spoiling, text => text.Contains("llama.cpp: ", StringComparison.Ordinal)
                && text.Contains("missing pre-tokenizer type", StringComparison.Ordinal));
            Assert.Equal(model.Remarks.Distinct(), model.Remarks);
        }

        var run = await Check(path);
        Assert.Equal((ExitCode.ModelUnusable, ""), (run.Code, run.Out));
        Assert.Contains("answers or scores would be worse", run.Error, StringComparison.Ordinal);
        Assert.Contains("tokenizer.ggml.pre", run.Error, StringComparison.Ordinal);

        var log = new LinesOf522();
        var loader = new ModelLoader(
            new() { Runtime = Models.Runtime.Kind, PolicyThreads = 1, Lanes = 2, ContextCells = 1024 },
            LoggerFactory.Create(logs => logs.AddProvider(log)));
        (await loader.LoadPolicyAsync(new ModelCatalog(new Dictionary<string, ModelOptions>()).Resolve(path), default)).Dispose();
        Assert.Single(log.Lines, line => line.Contains("names no pre-tokenizer", StringComparison.Ordinal));
        Assert.Single(log.Lines, line => line.Contains("missing pre-tokenizer type", StringComparison.Ordinal));
    }

    [Fact]
    public void A_vocabulary_without_end_token_spoils_answers()
    {
        using var model = Models.Runtime.Load(Bpe("tokenizer.ggml.eos_token_id", null), GpuPlacement.Cpu);
        Assert.Contains(model.Remarks, remark => remark.Spoils && remark.Text.Contains("no end token", StringComparison.Ordinal));
    }

    [Fact]
    public void A_padding_token_outside_the_vocabulary_is_told()
    {
        using var model = Models.Runtime.Load(Policy("tokenizer.ggml.padding_token_id", 9999u), GpuPlacement.Cpu);
        Assert.Contains(model.Remarks, remark => remark.Text.Contains("padding_token_id is 9999", StringComparison.Ordinal));
        Assert.Contains(model.Remarks, remark => remark.Text.StartsWith("llama.cpp: ", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Bundled_models_and_whole_files_load_without_a_remark()
    {
        Assert.All([Models.PolicyS, Models.PolicyM, Models.Reward], model => Assert.Empty(model.Remarks));
        using var tiny = new TinyModel(TinyModel.LlamaControls);
        using var context = tiny.Model.CreateContext(new() { Cells = 256 });
        Assert.DoesNotContain(tiny.Model.Remarks, remark => remark.Spoils);
        var run = await Check(Models.PathOf("tiny-math-policy-s"));
        Assert.Equal((ExitCode.Ok, ""), (run.Code, run.Error));
    }

    [Theory]
    [InlineData("bos")]
    [InlineData("eos")]
    public async Task A_begin_or_end_token_outside_the_vocabulary_is_refused(string name)
    {
        var path = Policy($"tokenizer.ggml.{name}_token_id", 440u);
        Assert.Contains($"tokenizer.ggml.{name}_token_id is 440, and its vocabulary ends at 439", Refused(path).Message,
            StringComparison.Ordinal);
        var run = await Check(path);
        Assert.Equal(ExitCode.ModelUnusable, run.Code);
        Assert.Contains($"{name}_token_id is 440", run.Error, StringComparison.Ordinal);
        Models.Runtime.Load(Policy($"tokenizer.ggml.{name}_token_id", 439u), GpuPlacement.Cpu).Dispose();
    }

    [Theory]
    [InlineData("general.architecture", "t5", "an encoder-decoder")]
    [InlineData("general.architecture", "bert", "an encoder (bert")]
    [InlineData("general.architecture", "nomic-bert", "an encoder (nomic-bert")]
    [InlineData("general.architecture", "clip", "the projector (mmproj)")]
    [InlineData("general.type", "mmproj", "the projector (mmproj)")]
    [InlineData("general.type", "adapter", "a LoRA adapter")]
    [InlineData("adapter.type", "lora", "a LoRA adapter")]
    [InlineData("llama.attention.causal", false, "attention.causal is false")]
    [InlineData("llama.pooling_type", 1u, "an embedding model")]
    [InlineData("llama.rope.scaling.type", "spiral", "unknown kind 'spiral'")]
    [InlineData("tokenizer.ggml.model", "no_vocab", "it has no vocabulary")]
    [InlineData("tokenizer.ggml.model", null, "it has no vocabulary")]
    public void A_file_that_is_no_model_for_text_is_refused_before_llama_cpp_reads_it(string key, object? value, string reason) =>
        Assert.Contains(reason, Refused(Policy(key, value)).Message, StringComparison.Ordinal);

    [Fact]
    public void A_vocabulary_without_weights_is_refused()
    {
        var path = Patched(Models.PathOf("tiny-math-policy-m"), "general.name", "vocabulary", tensors: false);
        Assert.Contains("a vocabulary only", Refused(path).Message, StringComparison.Ordinal);
    }

    sealed class LinesOf522 : ILoggerProvider, ILogger
    {
        public List<string> Lines { get; } = [];

        public ILogger CreateLogger(string categoryName) => this;

        public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (eventId.Id == 522) Lines.Add(formatter(state, exception));
        }

        public void Dispose()
        {
        }
    }
}
