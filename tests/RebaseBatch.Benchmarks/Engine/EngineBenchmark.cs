using System.Globalization;
using Microsoft.Extensions.Logging.Abstractions;
using RebaseBatch.Benchmarks.Measuring;
using RebaseBatch.Benchmarks.Models;
using RebaseBatch.Inference.Loading;

namespace RebaseBatch.Benchmarks.Engine;

/// <summary>
/// <c>engine</c> (<see cref="EngineArguments.Help"/>): compares, in turns, whole REBASE searches of the engine (b) with a bare decode loop
/// over the same number of tokens (a), with naive code (c), and with the engine on one problem at a time (d). With <c>--pairs</c>:
/// <see cref="EnginePairs"/>.
/// </summary>
static class EngineBenchmark
{
    const int Repeats = 3;

    static readonly int[] s_widths = [4, 16, 64];

    public static async Task<int> RunAsync(string[] args)
    {
        if (args is ["--help"])
        {
            Console.WriteLine(EngineArguments.Help);
            return 0;
        }

        var options = EngineArguments.Read(args);
        if (options.Pairs > 0) return await EnginePairs.RunAsync(options);

        Console.WriteLine(
            "models | width | problems | tokens/s | sequences per call | CPU b/a | wall b/a | CPU b/c | wall b/c | CPU b/d | wall b/d "
                + "| allocated bytes per token");
        Console.WriteLine("---|---|---|---|---|---|---|---|---|---|---|---");
        using var models = new EngineModels();
        foreach (var set in options.Models) await MeasureAsync(options, models, set);
        return 0;
    }

    static async Task MeasureAsync(EngineArguments options, EngineModels files, ModelSet set)
    {
        var inference = EngineModels.Options(options.Runtime, options.Lanes, options.FlashAttention);
        var loader = new ModelLoader(inference, NullLoggerFactory.Instance);
        using var policy = await loader.LoadPolicyAsync(EngineModels.Profile(files.Policy(set)), default);
        using var reward = await loader.LoadRewardAsync(EngineModels.Profile(files.Reward(set)), default);
        using var models = new ModelLease(policy, reward, () => { }) { Environment = loader.EnvironmentOf(policy, reward) };
        foreach (var width in options.Widths ?? s_widths)
        {
            var work = EngineModels.Work(set, width);
            var rounds = new List<EngineRound>();
            for (var repeat = 0; repeat < (options.Repeats ?? Repeats); repeat++)
            {
                rounds.Add(await EngineRound.RunAsync(work, models, loader, inference));
                await Console.Error.WriteLineAsync(
                    string.Create(CultureInfo.InvariantCulture, $"{work.Name}, width {width}, repeat {repeat + 1}: {rounds[^1]}"));
            }
            Console.WriteLine(Row(work, rounds));
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
}
