using System.Collections.Concurrent;
using RebaseBatch.Benchmarks.Jobs;
using RebaseBatch.Benchmarks.Measuring;
using RebaseBatch.Contracts;
using RebaseBatch.Durable.Checkpoints;
using RebaseBatch.Durable.Jobs;
using RebaseBatch.Inference.Loading;
using RebaseBatch.Inference.Scheduling;

namespace RebaseBatch.Benchmarks.Resume;

/// <summary>A job brought half of its way and stored, then taken up again by a worker whose caches are cold.</summary>
/// <param name="There">What it took to get half of the way.</param>
/// <param name="Evaluated">Tokens of both models on that way.</param>
/// <param name="Back">What it takes to be there again: load the steps, encode what the next wave continues, and one token of each of its
/// branches.</param>
/// <param name="Reencoded">Tokens of both models that are encoded again for it.</param>
/// <param name="Sampled">Tokens of the stored half.</param>
/// <param name="Repeated">Of these, tokens of steps that the resumed job sampled again on its way to the end.</param>
sealed record ResumeRound(Cost There, long Evaluated, Cost Back, long Reencoded, long Sampled, long Repeated)
{
    public double CpuShare => Back.CpuSeconds / There.CpuSeconds;
    public double WallShare => Back.Seconds / There.Seconds;
    public double TokenShare => (double)Reencoded / Evaluated;

    /// <param name="halves">Tokens at which each problem is half done, by ordinal.</param>
    public static async Task<ResumeRound> RunAsync(JobBench bench, IReadOnlyList<long> halves)
    {
        var (spec, models) = (bench.Spec, bench.Models);
        var (_, lease, fresh) = await bench.ClaimAsync(bench.Problems);

        // A search asks for its budget before each wave, so each stops between two waves.
        var before = Statistics(models);
        var there = await SolveAsync(bench, fresh, problem => spec with { MaxTokensPerProblem = halves[problem.Ordinal] });
        var evaluated = (Statistics(models) - before).Tokens;
        if (!await new CheckpointStore(bench.Postgres.DataSource).AppendAsync(lease, [.. there.Entries],
            fresh.ToDictionary(problem => problem.ProblemId, _ => 1.0), default))
            throw new InvalidOperationException("the lease was lost");

        // Steps of one token end at once: the wave stands where the first worker would have begun it.
        before = Statistics(models);
        IReadOnlyList<BatchProblem> stored = [];
        var back = await Cost.OfAsync(async () =>
        {
            stored = await bench.PendingAsync(lease);
            await SolveAsync(bench, stored, problem => spec with { MaxStepTokens = 1, MaxTokensPerProblem = SampledBy(problem) + 1 });
        });
        var reencoded = (Statistics(models) - before).Reencoded;

        var rest = await SolveAsync(bench, stored, _ => spec);
        var known = stored.SelectMany(problem => problem.StoredNodes.Select(node => (problem.ProblemId, node.No))).ToHashSet();
        return new(there.Cost, evaluated, back, reencoded, stored.Sum(SampledBy),
            rest.Entries.Where(entry => known.Contains((entry.ProblemId, entry.Node.No))).Sum(entry => (long)entry.Node.Cost.Sampled));
    }

    /// <summary>Runs the searches, many at once.</summary>
    /// <returns>The steps that were sampled.</returns>
    public static async Task<(ConcurrentBag<CheckpointEntry> Entries, Cost Cost)> SolveAsync(JobBench bench,
        IReadOnlyList<BatchProblem> problems, Func<BatchProblem, JobSpec> specOf)
    {
        var entries = new ConcurrentBag<CheckpointEntry>();
        return (entries, await Cost.OfAsync(() => bench.SearchAsync(problems, specOf, problems.Count, _ => { }, entries.Add)));
    }

    static long SampledBy(BatchProblem problem) => problem.StoredNodes.Sum(node => (long)node.Cost.Sampled);

    static EngineStatistics Statistics(ModelLease models) => models.Policy.Statistics + models.Reward!.Statistics;

    public override string ToString() => FormattableString.Invariant(
        $"there {There.Seconds:F1} s (CPU {There.CpuSeconds:F1}), {Evaluated:N0} tokens; back {Back.Seconds:F2} s (CPU {Back.CpuSeconds:F2}), {Reencoded:N0} tokens; of {Sampled:N0} sampled tokens {Repeated:N0} again");
}
