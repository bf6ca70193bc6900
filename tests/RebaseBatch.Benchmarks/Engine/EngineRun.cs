using System.Text.Json;
using Microsoft.Extensions.Logging.Abstractions;
using RebaseBatch.Contracts;
using RebaseBatch.Inference.Loading;

namespace RebaseBatch.Benchmarks.Engine;

/// <summary>
/// <c>engine-run JSON</c>: one process of <c>engine --pairs</c>. It runs the searches on one runtime, after a search that compiles the
/// code and reads the weights.
/// </summary>
static class EngineRun
{
    public static async Task<int> RunAsync(string json)
    {
        var asked = JsonSerializer.Deserialize<PairedWork>(json)!;
        var inference = EngineModels.Options(asked.Runtime, asked.Lanes, asked.FlashAttention);
        var loader = new ModelLoader(inference, NullLoggerFactory.Instance);
        using var policy = await loader.LoadPolicyAsync(EngineModels.Profile(asked.Policy), default);
        using var reward = await loader.LoadRewardAsync(EngineModels.Profile(asked.Reward), default);
        var environment = loader.EnvironmentOf(policy, reward);
        // The program takes the other runtime by itself where this one can't be loaded. That would be a comparison with itself.
        if (environment.Runtime != StoredNames.Of(asked.Runtime))
            throw new InvalidOperationException($"{asked.Runtime} can't be loaded here: 'rebase doctor' says what is missing");

        using var models = new ModelLease(policy, reward, () => { }) { Environment = environment };
        var work = EngineModels.Work(asked.Models, asked.Width);
        await SearchRun.RunAsync(work with { Questions = [work.Questions[0]] }, models, inference.MaxBranches);
        var runs = new List<TokenWork>();
        for (var repeat = 0; repeat < asked.Repeats; repeat++) runs.Add(await SearchRun.RunAsync(work, models, inference.MaxBranches));
        Console.WriteLine(JsonSerializer.Serialize(new PairedFigures(environment.RuntimeBuild, runs.Sum(run => run.Sampled),
            runs.Sum(run => run.Cost.Seconds), runs.Sum(run => run.Cost.CpuSeconds), runs.Sum(run => run.Policy.Busy.TotalSeconds),
            runs.Sum(run => run.Allocated))));
        return 0;
    }
}
