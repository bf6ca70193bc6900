using RebaseBatch.Benchmarks.Measuring;
using RebaseBatch.Benchmarks.Models;
using RebaseBatch.Inference.Loading;
using RebaseBatch.Inference.Ports;

namespace RebaseBatch.Benchmarks.Engine;

/// <summary>
/// The models of the benchmark and their work: the bundled ones, or random weights, which are written when they are first asked for.
/// </summary>
sealed class EngineModels : IDisposable
{
    readonly Lazy<DirectoryInfo> _folder = new(() => Directory.CreateTempSubdirectory("rebase-benchmark-"));

    /// <summary>False for the bundled models and true for the random ones, as far as they are asked for.</summary>
    public static IEnumerable<bool> Asked(EngineArguments options) =>
        ((bool[])[false, true]).Where(random => random ? options.Random : options.Bundled);

    /// <summary>One thread for each decode call.</summary>
    public static InferenceOptions Options(InferenceRuntime? runtime, int lanes, bool? flashAttention) => new InferenceOptions
    {
        PolicyThreads = 1, RewardThreads = 1, Lanes = lanes, FlashAttention = flashAttention,
    }.On(runtime);

    /// <param name="problems">Problems of the job; null chooses by the width.</param>
    public static Workload Work(bool random, int width, int? problems = null) => random
        ? RandomWork(width, problems ?? Math.Max(2, 128 / width)) : BundledWork(width, problems ?? Math.Max(4, 256 / width));

    public string Policy(bool random) => random ? Generated("policy", 1) : Bundled("tiny-math-policy-s");

    public string Reward(bool random) => random ? Generated("reward", 2) : Bundled("tiny-math-prm");

    public void Dispose()
    {
        if (_folder.IsValueCreated) _folder.Value.Delete(recursive: true);
    }

    string Generated(string name, int seed)
    {
        var path = Path.Combine(_folder.Value.FullName, $"{name}.gguf");
        if (!File.Exists(path)) new RandomGguf(RandomModelSize.M110, seed).Write(path);
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
    static Workload RandomWork(int width, int problems)
    {
        var questions = Enumerable.Range(0, problems).Select(i => string.Concat(Enumerable.Repeat($" problem {i}", 20)));
        return new("random 110M, Q8_0, twice",
            new() { Policy = "policy", Reward = "reward", Width = width, MaxStepTokens = 8, MaxDepth = 4 }, [.. questions], InFlight: 64);
    }
}
