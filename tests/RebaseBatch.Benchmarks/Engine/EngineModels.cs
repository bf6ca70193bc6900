using RebaseBatch.Benchmarks.Measuring;
using RebaseBatch.Benchmarks.Models;
using RebaseBatch.Inference.Catalog;
using RebaseBatch.Inference.Loading;
using RebaseBatch.Inference.Ports;
using RebaseBatch.Inference.Rewards;

namespace RebaseBatch.Benchmarks.Engine;

/// <summary>
/// The models of a benchmark and their work: the bundled ones, or random weights, which are written when they are first asked for.
/// </summary>
sealed class EngineModels : IDisposable
{
    readonly Lazy<DirectoryInfo> _folder = new(() => Directory.CreateTempSubdirectory("rebase-benchmark-"));

    /// <summary>One thread for each decode call.</summary>
    public static InferenceOptions Options(InferenceRuntime? runtime, int lanes, bool? flashAttention) => new InferenceOptions
    {
        PolicyThreads = 1, RewardThreads = 1, Lanes = lanes, FlashAttention = flashAttention,
    }.On(runtime);

    /// <param name="problems">Problems of the job; null chooses by the width.</param>
    public static Workload Work(ModelSet set, int width, int? problems = null) => set switch
    {
        ModelSet.Bundled => BundledWork(width, problems ?? Math.Max(4, 256 / width)),
        ModelSet.Random => RandomWork("random 110M, Q8_0, twice", width, problems ?? Math.Max(2, 128 / width)),
        ModelSet.QwenSmall => RandomWork("random 0.5B (Qwen2.5), Q8_0, twice", width, problems ?? Math.Max(2, 64 / width)),
        ModelSet.Qwen => RandomWork("random 0.5B and 1.5B (Qwen2.5), Q8_0", width, problems ?? Math.Max(1, 32 / width)),
        ModelSet.QwenHidden =>
            RandomWork("random 0.5B and 1.5B (Qwen2.5), Q8_0, hidden states", width, problems ?? Math.Max(1, 32 / width)),
        _ => throw new ArgumentOutOfRangeException(nameof(set), set, "no such models"),
    };

    /// <summary>The model of a file that this class has made or named. A reward model with a head beside it is read by that head.</summary>
    public static ModelProfile Profile(string path) => Path.ChangeExtension(path, ".safetensors") is var head && File.Exists(head)
        ? new ModelCatalog(new Dictionary<string, ModelOptions>
        {
            ["hidden"] = new() { Path = path, Head = head, Convention = SkyworkConvention.Name },
        }).Resolve("hidden")
        : new ModelCatalog(new Dictionary<string, ModelOptions>()).Resolve(path);

    public string Policy(ModelSet set) => set switch
    {
        ModelSet.Bundled => Bundled("tiny-math-policy-s"),
        ModelSet.Random => Generated("policy", RandomModelSize.M110, 1),
        _ => Generated("policy-500m", RandomModelSize.Qwen500M, 1),
    };

    public string Reward(ModelSet set) => set switch
    {
        ModelSet.Bundled => Bundled("tiny-math-prm"),
        ModelSet.Random => Generated("reward", RandomModelSize.M110, 2),
        ModelSet.QwenSmall => Generated("reward-500m", RandomModelSize.Qwen500M, 2),
        ModelSet.QwenHidden => Generated("reward-1500m-hidden", RandomModelSize.Qwen1500M, 2, hidden: true),
        _ => Generated("reward-1500m", RandomModelSize.Qwen1500M, 2),
    };

    public void Dispose()
    {
        if (_folder.IsValueCreated) _folder.Value.Delete(recursive: true);
    }

    string Generated(string name, RandomModelSize size, int seed, bool hidden = false)
    {
        var path = Path.Combine(_folder.Value.FullName, $"{name}.gguf");
        if (File.Exists(path)) return path;
        new RandomGguf(size, seed).Write(path);
        if (hidden) RandomHead.Write(Path.ChangeExtension(path, ".safetensors"), size.Width);
        return path;
    }

    static string Bundled(string name) => Path.Combine(AppContext.BaseDirectory, "models", $"{name}.gguf");

    static Workload BundledWork(int width, int problems)
    {
        var questions = File.ReadLines(Path.Combine(AppContext.BaseDirectory, "models", "datasets", "arithmetic-test.jsonl"))
            .Select(line => System.Text.Json.JsonDocument.Parse(line).RootElement.GetProperty("question").GetString()!);
        return new("bundled policy S and reward model",
            new() { Policy = "policy", Reward = "reward", Width = width, BalanceTemperature = 0.2 },
            [.. questions.Take(problems)], InFlight: 64);
    }

    /// <summary>
    /// A random policy never ends a line or a solution. So its steps have 8 tokens and its trees four levels, after a question of about 200
    /// tokens.
    /// </summary>
    static Workload RandomWork(string name, int width, int problems)
    {
        var questions = Enumerable.Range(0, problems).Select(i => string.Concat(Enumerable.Repeat($" problem {i}", 20)));
        return new(name, new() { Policy = "policy", Reward = "reward", Width = width, MaxStepTokens = 8, MaxDepth = 4 }, [.. questions],
            InFlight: 64);
    }
}
