using Microsoft.Extensions.Logging.Abstractions;
using RebaseBatch.Benchmarks.Measuring;
using RebaseBatch.Benchmarks.Models;
using RebaseBatch.Inference.Catalog;
using RebaseBatch.Inference.Loading;
using RebaseBatch.Inference.Remote;
using RebaseBatch.Inference.Remote.Dialects;
using RebaseBatch.Solving;

namespace RebaseBatch.Benchmarks.Pool;

/// <summary>
/// <c>pool [--replicas N] [--searches N] [--width N] [--step N] [--seconds N]</c>: whole REBASE searches of one worker, without its
/// database, against simulated replicas of a 7B policy and a 7B reward model (<see cref="ReplicaSpeed"/>). A search that ends is replaced
/// by another. It measures which share of the time the replicas are busy, and what the worker costs.
/// </summary>
static class PoolBenchmark
{
    // Until the first searches are at different depths, and everything is compiled for good.
    const int WarmUpSeconds = 40;

    public static async Task<int> RunAsync(string[] args)
    {
        var arguments = new Arguments(args, ("--replicas", 8), ("--searches", 32), ("--width", 16), ("--step", 32), ("--seconds", 40));
        using var local = await BundledModels.LoadAsync(BundledModels.OneThreadEach(null));
        using var servers = await PoolProcess.StartAsync(
            arguments["--replicas"], arguments["--step"], PoolVocabulary.Of(local.Policy.Sampler.Model));
        using var models = Remote(local, servers.Endpoints);
        using var stop = new CancellationTokenSource();
        var problems = await BundledModels.ProblemsAsync(400);
        var spec = BundledModels.Job(arguments["--width"]) with { MaxStepTokens = 2 * arguments["--step"], MaxSolutionTokens = 1024 };
        var (next, steps) = (0, 0L);
        var searching = Enumerable.Range(0, arguments["--searches"]).Select(_ => SearchAsync()).ToList();

        await Task.Delay(TimeSpan.FromSeconds(WarmUpSeconds));
        var (before, stepsBefore) = (await servers.FiguresAsync(), Interlocked.Read(ref steps));
        var cost = await Cost.OfAsync(() => Task.WhenAny([.. searching, Task.Delay(TimeSpan.FromSeconds(arguments["--seconds"]))]));
        var (after, stepsAfter) = (await servers.FiguresAsync(), Interlocked.Read(ref steps));
        await stop.CancelAsync();
        foreach (var search in searching)
        {
            await search.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (search.IsFaulted) await search;
        }

        Print(arguments, [.. after.Zip(before, (end, begin) => end.Since(begin))], cost, stepsAfter - stepsBefore);
        return 0;

        async Task SearchAsync()
        {
            while (true)
            {
                var number = Interlocked.Increment(ref next);
                // About 200 tokens of question, as in a prompt with an example.
                var question = string.Join(' ', Enumerable.Range(number, 6).Select(i => problems[i % problems.Count].Question));
                var search = new SearchRunner(spec, models, TimeProvider.System, _ => Interlocked.Increment(ref steps));
                await search.RunAsync(new(number, number, new($"{number}", $"{number}", question, null), [], 0), stop.Token);
            }
        }
    }

    static ModelLease Remote(ModelLease local, IReadOnlyList<Uri> endpoints)
    {
        var (policy, reward) = (new LongVocabulary(local.Policy.Sampler.Model), new LongVocabulary(local.Reward!.Scorer.Model));
        var profile = new ModelCatalog(new Dictionary<string, ModelOptions>()).Resolve("tiny-math-prm");
        var convention = profile.Convention.For(reward, profile.Reward, profile.Name);
        var (good, bad) = convention.Labels!.Value;
        var sampler = new RemoteSampler("policy", policy, Model("policy"), Facts("policy"), new VllmDialect("policy"), Pool("policy"));
        var scorer = new RemoteScorer(
            "reward", reward, convention, RemoteJudging.ByLabels(new VllmDialect("reward"), good, bad), reward.Facts.TrainContext,
            Pool("reward"));
        return new(local.Policy with { Sampler = sampler }, local.Reward with { Scorer = scorer }, () =>
        {
            sampler.Dispose();
            scorer.Dispose();
        })
        {
            Environment = local.Environment,
        };

        EndpointPool Pool(string name) => new(
            Model(name), name, isReward: name == "reward", RemoteConnections.Client(), TimeProvider.System, NullLogger.Instance);

        RemoteModel Model(string name) => new()
        {
            Endpoints = endpoints, Kind = RemoteKind.Vllm, Model = name, Parameters = 7_240_000_000,
        };

        static RemoteFacts Facts(string name) => new(name, "", "", 4096);
    }

    static void Print(Arguments arguments, IReadOnlyList<ReplicaFigures> replicas, Cost cost, long steps)
    {
        var (requests, wall) = (replicas.Sum(replica => replica.Requests), replicas[0].Wall);
        Console.WriteLine("replicas | searches | width | tokens of a step | steps/s | requests/s | requests in flight | busy %, all "
            + "| the least busy | sequences an iteration | decoded tokens/s | prompts cached % | worker, % of a core | CPU µs per request");
        Console.WriteLine("---|---|---|---|---|---|---|---|---|---|---|---|---|---");
        var (decoded, cached) = (replicas.Sum(replica => replica.Decoded), replicas.Sum(replica => replica.Cached));
        string[] columns =
        [
            $"{replicas.Count}", $"{arguments["--searches"]}", $"{arguments["--width"]}", $"{arguments["--step"]}", $"{steps / wall:F0}",
            $"{requests / wall:F0}", $"{replicas.Sum(replica => replica.InFlight / replica.Wall):F0}",
            $"{100 * replicas.Average(replica => replica.Busy / replica.Wall):F1}",
            $"{100 * replicas.Min(replica => replica.Busy / replica.Wall):F1}",
            $"{(double)decoded / replicas.Sum(replica => replica.Iterations):F1}", $"{decoded / wall:N0}",
            $"{100.0 * cached / (cached + replicas.Sum(replica => replica.Encoded)):F1}", $"{100 * cost.CpuSeconds / cost.Seconds:F1}",
            $"{1e6 * cost.CpuSeconds / requests:F0}",
        ];
        BenchmarkOutput.Result($"{string.Join(" | ", columns)}");
    }
}
