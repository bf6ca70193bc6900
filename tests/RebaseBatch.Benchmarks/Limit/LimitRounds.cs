using System.Collections.Concurrent;
using RebaseBatch.Benchmarks.Engine;
using RebaseBatch.Benchmarks.Measuring;
using RebaseBatch.Core.Searching;
using RebaseBatch.Inference.Loading;

namespace RebaseBatch.Benchmarks.Limit;

/// <summary>Repeats of one job and of the limit beside it. The first job says what the calls of the limit look like.</summary>
/// <param name="cores">Cores that the models have.</param>
sealed class LimitRounds(Workload work, ModelLease models, InferenceOptions options, int cores)
{
    static readonly int[] s_pieces = [1, 9, 32];

    (ModelLimit Policy, ModelLimit Reward)? _limits;
    ReadShape? _scoring;
    int _rounds;

    public Workload Work => work;

    /// <summary>Whether only some of the layouts are tried: with large weights each one takes seconds.</summary>
    public required bool FewLayouts { get; init; }

    /// <summary>What runs before the first repeat, so that the code is compiled and the weights are in memory.</summary>
    public required Workload WarmUp { get; init; }

    /// <summary>Problems that also run alone.</summary>
    public required int LoneProblems { get; init; }

    public async Task<LimitRound> NextAsync()
    {
        if (_rounds++ == 0) await RunAsync(WarmUp);
        var (run, trees) = await RunAsync(work);
        var lone = new List<(double, TreeFigures)>();
        foreach (var question in work.Questions.Take(LoneProblems))
        {
            var (alone, tree) = await RunAsync(work with { Questions = [question] });
            lone.Add((alone.Cost.Seconds, tree));
        }

        var (policy, reward) = _limits ??= Limits(trees);
        var (sampling, prompts) = await policy.MeasureAsync();
        var (scoring, questions) = await reward.MeasureAsync();
        var round = new LimitRound(run, trees, lone, new(sampling, prompts, scoring, questions), cores);
        await BenchmarkOutput.ProgressAsync($"width {work.Spec.Width}, repeat {_rounds}: {round}");
        return round;
    }

    /// <summary>The reward model's best rates in pieces of some lengths, behind the prefixes of the job.</summary>
    public async Task<IReadOnlyList<(int Piece, LayoutRate Rate)>> PiecesAsync()
    {
        var rates = new List<(int, LayoutRate)>();
        foreach (var piece in s_pieces)
        {
            var shape = _scoring! with { Piece = piece };
            var layouts = ModelLimit.Scoring(shape, Fused(models.Reward!.Environment), FewLayouts);
            rates.Add((piece, await new LayoutSweep("reward model", models.Reward!.Scorer.Model, shape, cores, layouts).BestAsync()));
        }

        return rates;
    }

    (ModelLimit Policy, ModelLimit Reward) Limits(TreeFigures trees)
    {
        var width = work.Spec.Width;
        _scoring = trees.Scoring(width);
        return (
            ModelLimit.OfPolicy(models.Policy.Sampler.Model, trees.Sampling(width), Fused(models.Policy.Environment), cores),
            ModelLimit.OfReward(models.Reward!.Scorer.Model, _scoring, Fused(models.Reward.Environment), cores, FewLayouts));
    }

    async Task<(TokenWork Run, TreeFigures Trees)> RunAsync(Workload job)
    {
        var nodes = job.Questions.Select(_ => new ConcurrentBag<SearchNode>()).ToArray();
        var run = await SearchRun.RunAsync(job, models, options.MaxBranches, (i, node) => nodes[i].Add(node));
        return (run, nodes.Select((tree, i) => TreeFigures.Of(job.Questions[i], tree, models)).Aggregate((a, b) => a + b));
    }

    static bool Fused(Contracts.ModelEnvironment environment) => environment.FlashAttention;
}
