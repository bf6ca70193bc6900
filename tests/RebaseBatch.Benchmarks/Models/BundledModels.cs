using Microsoft.Extensions.Logging.Abstractions;
using RebaseBatch.Benchmarks.Measuring;
using RebaseBatch.Contracts;
using RebaseBatch.Core.Datasets;
using RebaseBatch.Inference.Catalog;
using RebaseBatch.Inference.Loading;
using RebaseBatch.Inference.Ports;

namespace RebaseBatch.Benchmarks.Models;

/// <summary>The smallest bundled policy, the bundled reward model and the bundled problems.</summary>
static class BundledModels
{
    /// <summary>A REBASE job with these models.</summary>
    public static JobSpec Job(int width, int batchSize = 1) => new()
    {
        Policy = "tiny-math-policy-s", Reward = "tiny-math-prm", Width = width, BalanceTemperature = 0.2, BatchSize = batchSize,
    };

    /// <summary>Loads both models, with one thread per decode call.</summary>
    public static async Task<ModelLease> LoadAsync(InferenceOptions options)
    {
        var loader = new ModelLoader(options, NullLoggerFactory.Instance);
        var catalog = new ModelCatalog(new Dictionary<string, ModelOptions>());
        var policy = await loader.LoadPolicyAsync(catalog.Resolve("tiny-math-policy-s"), default);
        var reward = await loader.LoadRewardAsync(catalog.Resolve("tiny-math-prm"), default);
        return new(policy, reward, () =>
        {
            policy.Dispose();
            reward.Dispose();
        })
        {
            Environment = loader.EnvironmentOf(policy, reward),
        };
    }

    public static InferenceOptions OneThreadEach(InferenceRuntime? runtime) =>
        new InferenceOptions { PolicyThreads = 1, RewardThreads = 1 }.On(runtime);

    public static async Task<IReadOnlyList<ProblemSpec>> ProblemsAsync(int count)
    {
        await using var file = File.OpenRead(Path.Combine(AppContext.BaseDirectory, "models", "datasets", "arithmetic-test.jsonl"));
        return [.. (await DatasetReader.ReadAsync(file, "arithmetic-test.jsonl", default)).Problems.Take(count)];
    }
}
