using System.Text;
using RebaseBatch.Inference.Llama;
using RebaseBatch.Inference.Ports;
using RebaseBatch.Inference.Rewards;
using RebaseBatch.Platform.Errors;
using Xunit;

namespace RebaseBatch.Tests.Inference;

public sealed class LlamaModelTests
{
    static UserException Refused(string path, int gpuLayers = 0) =>
        Assert.Throws<UserException>(() => Models.Runtime.Load(path, new(gpuLayers)).Dispose());

    [Fact]
    public void A_bundled_model_tells_its_facts()
    {
        var facts = Models.PolicyM.Facts;
        Assert.Equal((909_440L, 440, 512), (facts.Parameters, facts.VocabularySize, facts.TrainContext));
        // 4 layers of 128 wide keys and values, two bytes each.
        Assert.Equal(4 * 2 * 128 * 2, facts.KvBytesPerCell);
    }

    [Theory]
    [InlineData("Ruth has 56 books. She splits them.\nStep 1: 56 / 7 = 8")]
    [InlineData("naïve — ✓ 日本 🙂\t\n")]
    [InlineData("")]
    public void Text_survives_the_tokenizer(string text)
    {
        var tokens = Models.PolicyM.Tokenize(text, addSpecial: false, parseSpecial: false);
        var bytes = tokens.SelectMany(token => Models.PolicyM.Piece(token).ToArray()).ToArray();
        Assert.Equal(text, Encoding.UTF8.GetString(bytes));
    }

    [Fact]
    public void The_begin_token_comes_only_when_asked_for()
    {
        Assert.Equal([1, .. Models.PolicyM.Tokenize("a b", false, false)], Models.PolicyM.Tokenize("a b", true, false));
        Assert.True(Models.PolicyM.IsEndOfGeneration(2));
        Assert.False(Models.PolicyM.IsEndOfGeneration(14));
    }

    [Fact]
    public void A_missing_file_is_named()
    {
        var refused = Refused("/no/such/model.gguf");
        Assert.Equal(ExitCode.NotFound, refused.Code);
        Assert.Contains("/no/such/model.gguf", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_that_is_no_model_is_refused_before_llama_cpp_sees_it()
    {
        using var folder = new TemporaryFolder();
        var path = Path.Combine(folder.Path, "text.gguf");
        File.WriteAllText(path, "this is a text and no model at all");
        Assert.Equal(ExitCode.ModelUnusable, Refused(path).Code);
        File.WriteAllText(path, "GG");
        Assert.Equal(ExitCode.ModelUnusable, Refused(path).Code);
        Assert.Equal(ExitCode.BadInput, Refused(folder.Path).Code);
    }

    [Theory]
    [InlineData(24)]
    [InlineData(3_000)]
    [InlineData(100_000)]
    public void A_cut_off_model_is_refused_with_a_reason(int bytes)
    {
        using var folder = new TemporaryFolder();
        var path = Path.Combine(folder.Path, "cut.gguf");
        File.WriteAllBytes(path, File.ReadAllBytes(Models.PathOf("tiny-math-policy-s"))[..bytes]);
        var refused = Refused(path);
        Assert.Equal(ExitCode.ModelUnusable, refused.Code);
        Assert.Contains("cut.gguf", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_gpu_that_is_not_there_is_an_error_and_not_a_slow_cpu()
    {
        Assert.SkipWhen(Models.Runtime.Devices().Any(device => device.IsGpu), "this machine has a GPU");
        var refused = Refused(Models.PathOf("tiny-math-policy-s"), gpuLayers: -1);
        Assert.Equal(ExitCode.ModelUnusable, refused.Code);
        Assert.Contains("GpuLayers", refused.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("libllama.so")]
    [InlineData("libllama.v0.4.0.so")]
    [InlineData("libllama.cuda.v0.4.0.so")]
    [InlineData("libllama.0.dylib")]
    [InlineData("llama.dll")]
    public void The_library_is_found_under_every_packagers_name(string file)
    {
        using var folder = new TemporaryFolder();
        foreach (var name in (string[])["libllama-common.so", "libggml-cuda.so", file, "llama-addon.node"]) folder.Write(name, "");
        Assert.Equal(Path.Combine(folder.Path, file), LlamaLibrary.Find(folder.Path, "llama"));
        Assert.Throws<UserException>(() => LlamaLibrary.Find(folder.Path, "ggml"));
    }

    [Fact]
    public void The_cpu_is_among_the_devices_with_its_name_and_its_memory()
    {
        var cpu = Assert.Single(Models.Runtime.Devices(), d => !d.IsGpu && d.Name.Contains("CPU", StringComparison.OrdinalIgnoreCase));
        Assert.NotEqual("", cpu.Description);
        Assert.True(cpu.MemoryBytes > 0);
    }

    [Fact]
    public void The_runtime_states_its_build_and_the_files_that_it_chose()
    {
        var mine = Models.Setting is not InferenceRuntime.LlamaCpp;
        Assert.Equal(mine ? InferenceRuntime.LLamaSharp : InferenceRuntime.LlamaCpp, Models.Runtime.Kind);
        Assert.Matches(mine ? @"^0\.30\.0 \(commit [0-9a-f]{7,}\)$" : @"^0\.4\.0.* \(commit [0-9a-f]{7,}\)$", Models.Runtime.Build());
        if (OperatingSystem.IsLinux()) Assert.Matches(mine ? "^(noavx|avx|avx2|avx512|native)$" : "^libggml-cpu", Models.Runtime.Variant());
    }

    [Theory]
    [InlineData(100, 8, 64, 1)]
    [InlineData(1024, 0, 64, 1)]
    [InlineData(1024, 257, 64, 1)]
    [InlineData(1024, 8, 0, 1)]
    [InlineData(1024, 8, 1 << 20, 1)]
    [InlineData(1024, 8, 64, 0)]
    [InlineData(1024, 8, 64, 100_000)]
    [InlineData(-5, 8, 64, 1)]
    public void Sizes_that_would_abort_the_process_are_refused(int cells, int sequences, int batch, int threads) =>
        Assert.ThrowsAny<ArgumentException>(() => Models.PolicyM.CreateContext(new()
        {
            Cells = cells, MaxSequences = sequences, BatchTokens = batch, Threads = threads,
        }));

    [Fact]
    public void A_cache_larger_than_the_memory_is_refused()
    {
        var refused = Assert.Throws<UserException>(() => Models.Reward.CreateContext(new() { Cells = int.MaxValue - 1024 }));
        Assert.Contains("MiB", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_model_closes_the_contexts_that_are_still_open()
    {
        var model = Models.Load("tiny-math-policy-s");
        var context = model.CreateContext(new() { Cells = 256 });
        model.Dispose();
        model.Dispose();
        Assert.Throws<ObjectDisposedException>(() => context.Decode(OneToken()));
        context.Dispose();

        static DecodeBatch OneToken()
        {
            var batch = new DecodeBatch(4);
            batch.Add(5, 0, 0, true);
            return batch;
        }
    }

    [Fact]
    public void A_tag_that_the_policy_wrote_itself_is_not_doubled_for_the_reward_model()
    {
        var convention = new MathShepherdConvention(Models.Reward, new RewardPreset(), "tiny-math-prm");
        var untagged = convention.Encode("1 + 1 = ?", ["Step 1: 2", "Step 2: 3"]);
        Assert.Equal(untagged, convention.Encode("1 + 1 = ?", ["Step 1: 2 ки\n", "Step 2: 3ки ки "]));
        Assert.Equal(Models.Reward.Tokenize("1 + 1 = ?\nручки ки", addSpecial: true, parseSpecial: false),
            convention.Encode("1 + 1 = ?", ["ручки"]));
    }

    [Fact]
    public void The_reward_model_follows_its_convention()
    {
        var convention = new MathShepherdConvention(Models.Reward, new RewardPreset(), "tiny-math-prm");
        var tokens = convention.Encode("Mia has 3 bags of 3 books each.", ["Step 1: Mia has 3 * 3 = 9 books.\n", "Step 2: She has 9."]);
        Assert.Equal(2, tokens.Count(t => t == 3));
        Assert.Equal(3, tokens[^1]);
        Assert.Equal(1, tokens[0]);
    }

    [Fact]
    public void Right_solutions_score_above_the_same_with_a_wrong_result()
    {
        var convention = new MathShepherdConvention(Models.Reward, new RewardPreset(), "tiny-math-prm");
        using var context = Models.Reward.CreateContext(new() { Cells = 512 });
        double Score(string question, string[] steps)
        {
            var tokens = convention.Encode(question, steps);
            var batch = new DecodeBatch(512);
            for (var i = 0; i < tokens.Length; i++) batch.Add(tokens[i], i, 0, i == tokens.Length - 1);
            Assert.Equal(DecodeStatus.Ok, context.Decode(batch));
            var score = convention.Read(context.Logits(tokens.Length - 1));
            context.Truncate(0, 0);
            return score;
        }

        var (right, wrong) = (new List<double>(), new List<double>());
        foreach (var (question, steps) in GoldSolutions.Take(40))
        {
            right.Add(Score(question, steps));
            wrong.Add(Score(question, [.. steps[..^1], WithAnotherResult(steps[^1])]));
        }

        // The model card gives an AUC of 0.997 on final steps; read at a wrong token or label it would be 0.5 or less.
        var auc = right.Average(r => wrong.Average(w => r > w ? 1.0 : r < w ? 0 : 0.5));
        Assert.True(auc > 0.8, $"AUC {auc:F3}");
    }

    static IEnumerable<(string Question, string[] Steps)> GoldSolutions =>
        from line in File.ReadLines(Path.Combine(AppContext.BaseDirectory, "models", "datasets", "arithmetic-test.jsonl"))
        let problem = System.Text.Json.JsonDocument.Parse(line).RootElement
        let solution = problem.GetProperty("answer").GetString()!
        select (problem.GetProperty("question").GetString()!, solution[..solution.IndexOf("\n####", StringComparison.Ordinal)].Split('\n'));

    /// <summary>"... 9 + 25 = 34 books. The answer is: 34" with 37 in both places.</summary>
    static string WithAnotherResult(string step)
    {
        var answer = step[(step.LastIndexOf(' ') + 1)..];
        return step.Replace($" {answer}", $" {int.Parse(answer, System.Globalization.CultureInfo.InvariantCulture) + 3}",
            StringComparison.Ordinal);
    }

    [Fact]
    public void A_reward_model_with_another_vocabulary_refuses_to_start()
    {
        using var folder = new TemporaryFolder();
        var path = Path.Combine(folder.Path, "other.gguf");
        File.WriteAllBytes(path, WithoutTag(File.ReadAllBytes(Models.PathOf("tiny-math-prm"))));
        using var model = Models.Runtime.Load(path, GpuPlacement.Cpu);
        var refused = Assert.Throws<UserException>(() => new MathShepherdConvention(model, new RewardPreset(), "other"));
        Assert.Equal(ExitCode.ModelUnusable, refused.Code);
        Assert.Contains("math-shepherd", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Labels_that_the_file_states_otherwise_refuse_to_start()
    {
        var swapped = new RewardPreset { Good = "-", Bad = "+" };
        var refused = Assert.Throws<UserException>(() => new MathShepherdConvention(Models.Reward, swapped, "swapped"));
        Assert.Equal(ExitCode.ModelUnusable, refused.Code);
    }

    /// <summary>The same file, its tag spelt with another last letter: the tokenizer then takes the real tag apart into bytes.</summary>
    static byte[] WithoutTag(byte[] model)
    {
        var tag = Encoding.UTF8.GetBytes("ки");
        for (var at = model.AsSpan().IndexOf(tag); at >= 0; at = model.AsSpan().IndexOf(tag)) model[at + 3]++;
        return model;
    }
}
