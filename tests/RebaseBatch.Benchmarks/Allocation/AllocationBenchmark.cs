using System.Globalization;
using Microsoft.Extensions.Logging.Abstractions;
using RebaseBatch.Benchmarks.Engine;
using RebaseBatch.Benchmarks.Measuring;
using RebaseBatch.Benchmarks.Models;
using RebaseBatch.Core.Searching;
using RebaseBatch.Inference.Loading;
using RebaseBatch.Inference.Steps;

namespace RebaseBatch.Benchmarks.Allocation;

/// <summary>
/// <c>allocation [--models random|qwen] [--repeats N] [--runtime LLamaSharp|LlamaCpp]</c>: managed bytes for each further token of a step.
/// They are the difference between long steps and short ones, so they exclude what a step costs once. The policy is a random one, of 110M
/// weights unless another is asked for, because it never ends a step.
/// </summary>
static class AllocationBenchmark
{
    const int Children = 4, Short = 16, Long = 144;

    public static async Task<int> RunAsync(string[] args)
    {
        var (runtime, rest) = RuntimeOption.Take(args);
        (var set, rest) = rest is ["--models", var name, ..] ? (ModelSetOption.Read(name), rest[2..]) : (ModelSet.Random, rest);
        var repeats = new Arguments(rest, ("--repeats", 3))["--repeats"];
        using var models = new EngineModels();
        var loader = new ModelLoader(new InferenceOptions { PolicyThreads = 1 }.On(runtime), NullLoggerFactory.Instance);
        using var policy = await loader.LoadPolicyAsync(EngineModels.Profile(models.Policy(set)), default);
        // A first run takes what is needed once for each model and not for each token: the texts of its vocabulary, and compiled code.
        for (var token = 0; token < policy.Sampler.Model.Facts.VocabularySize; token++) policy.Sampler.Model.Piece(token);
        await FurtherTokenAsync(policy, 0);
        var bytes = new List<double>();
        for (var repeat = 1; repeat <= repeats; repeat++) bytes.Add(await FurtherTokenAsync(policy, repeat));
        Console.WriteLine("branches | tokens of short steps | of long steps | bytes for each further token");
        Console.WriteLine("---|---|---|---");
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{Children} | {Short} | {Long} | {Spread.Of(bytes)}"));
        return 0;
    }

    static async Task<double> FurtherTokenAsync(LoadedPolicy policy, int seed)
    {
        var few = await BytesAsync(policy, seed, Short);
        return (await BytesAsync(policy, seed, Long) - few) / (double)(Children * (Long - Short));
    }

    static async Task<long> BytesAsync(LoadedPolicy policy, int seed, int tokens)
    {
        var request = new StepRequest
        {
            Search = seed, Prefix = policy.Prompt.Encode(policy.Sampler.Model, "problem"), Depth = 1, Boundary = policy.Prompt.Boundary,
            Temperature = 1, MaxTokens = tokens,
            Children = [.. Enumerable.Range(1, Children).Select(node => (node, RandomStream.ForSearch(seed, 0).Child(node)))],
        };
        var before = GC.GetTotalAllocatedBytes(precise: true);
        var steps = await Task.WhenAll(policy.Sampler.Sample(request, default));
        var bytes = GC.GetTotalAllocatedBytes(precise: true) - before;
        return steps.All(step => step.Sampled == tokens)
            ? bytes : throw new InvalidOperationException("a step ended before its last token, so there is no result");
    }
}
