using System.Globalization;
using Microsoft.Extensions.Logging.Abstractions;
using RebaseBatch.Benchmarks.Measuring;
using RebaseBatch.Benchmarks.Models;
using RebaseBatch.Inference.Catalog;
using RebaseBatch.Inference.Loading;

namespace RebaseBatch.Benchmarks.Engine;

/// <summary>
/// <c>engine [--models bundled|random|both] [--repeats N] [--widths 4,16,64] [--lanes N] [--flash on|off]</c>: compares, in turns, whole
/// REBASE searches of the engine (b) with a bare decode loop over the same number of tokens (a), with naive code (c), and with the engine
/// on one problem at a time (d).
/// </summary>
static class EngineBenchmark
{
    const int Threads = 1;

    public static async Task<int> RunAsync(string[] args)
    {
        var options = EngineArguments.Read(args);
        Console.WriteLine(
            "models | width | problems | tokens/s | sequences per call | CPU b/a | wall b/a | CPU b/c | wall b/c | CPU b/d | wall b/d "
                + "| allocated bytes per token");
        Console.WriteLine("---|---|---|---|---|---|---|---|---|---|---|---");
        if (options.Bundled)
            await MeasureAsync("bundled policy S and reward model", options, Bundled("tiny-math-policy-s"), Bundled("tiny-math-prm"),
                BundledWork);
        if (!options.Random) return 0;

        var folder = Directory.CreateTempSubdirectory("rebase-benchmark-");
        try
        {
            await MeasureAsync("random 110M, Q8_0, twice", options, Generated(folder, "policy", 1), Generated(folder, "reward", 2),
                RandomWork);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
        return 0;
    }

    static async Task MeasureAsync(string name, EngineArguments options, string policyPath, string rewardPath,
        Func<string, int, Workload> workOf)
    {
        var inference = new InferenceOptions
        {
            PolicyThreads = Threads, RewardThreads = Threads, Lanes = options.Lanes, FlashAttention = options.FlashAttention,
        };
        var loader = new ModelLoader(inference, NullLoggerFactory.Instance);
        var catalog = new ModelCatalog(new Dictionary<string, ModelOptions>());
        using var policy = await loader.LoadPolicyAsync(catalog.Resolve(policyPath), default);
        using var reward = await loader.LoadRewardAsync(catalog.Resolve(rewardPath), default);
        using var models = new ModelLease(policy, reward, () => { }) { Environment = loader.EnvironmentOf(policy, reward) };
        foreach (var width in options.Widths)
        {
            var rounds = new List<EngineRound>();
            for (var repeat = 0; repeat < options.Repeats; repeat++)
            {
                rounds.Add(await EngineRound.RunAsync(workOf(name, width), models, loader, inference));
                await Console.Error.WriteLineAsync(
                    string.Create(CultureInfo.InvariantCulture, $"{name}, width {width}, repeat {repeat + 1}: {rounds[^1]}"));
            }
            Console.WriteLine(Row(workOf(name, width), rounds));
        }
    }

    static string Row(Workload work, List<EngineRound> rounds) => string.Join(" | ",
        work.Name, work.Spec.Width, work.Questions.Count,
        Spread.Of(rounds.Select(round => round.Engine.TokensPerSecond)),
        Spread.Of(rounds.Select(round => round.Engine.Policy.Tokens / (double)round.Engine.Policy.Decodes)),
        Spread.Of(rounds.Select(round => round.CpuAgainstBare)), Spread.Of(rounds.Select(round => round.AgainstBare)),
        Spread.Of(rounds.Select(round => round.CpuAgainstNaive)), Spread.Of(rounds.Select(round => round.AgainstNaive)),
        Spread.Of(rounds.Select(round => round.CpuAgainstAlone)), Spread.Of(rounds.Select(round => round.AgainstAlone)),
        Spread.Of(rounds.Select(round => round.Engine.Allocated / (double)round.Engine.Sampled)));

    static string Bundled(string name) => Path.Combine(AppContext.BaseDirectory, "models", $"{name}.gguf");

    static string Generated(DirectoryInfo folder, string name, int seed)
    {
        var path = Path.Combine(folder.FullName, $"{name}.gguf");
        new RandomGguf(RandomModelSize.M110, seed).Write(path);
        return path;
    }

    static Workload BundledWork(string name, int width)
    {
        var questions = File.ReadLines(Path.Combine(AppContext.BaseDirectory, "models", "datasets", "arithmetic-test.jsonl"))
            .Select(line => System.Text.Json.JsonDocument.Parse(line).RootElement.GetProperty("question").GetString()!);
        return new(name, new() { Policy = "policy", Reward = "reward", Width = width, BalanceTemperature = 0.2 },
            [.. questions.Take(Math.Max(4, 256 / width))], InFlight: 64);
    }

    /// <summary>
    /// A random policy never ends a line or a solution. So its steps have 8 tokens and its trees four levels, after a question of about 200
    /// tokens.
    /// </summary>
    static Workload RandomWork(string name, int width)
    {
        var questions = Enumerable.Range(0, Math.Max(2, 128 / width)).Select(i => string.Concat(Enumerable.Repeat($" problem {i}", 20)));
        return new(name, new() { Policy = "policy", Reward = "reward", Width = width, MaxStepTokens = 8, MaxDepth = 4 }, [.. questions],
            InFlight: 64);
    }
}
