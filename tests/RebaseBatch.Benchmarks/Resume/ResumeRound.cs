using System.Collections.Concurrent;
using System.Globalization;
using RebaseBatch.Benchmarks.Jobs;
using RebaseBatch.Benchmarks.Measuring;
using RebaseBatch.Contracts;
using RebaseBatch.Durable.Checkpoints;
using RebaseBatch.Durable.Jobs;
using RebaseBatch.Inference.Loading;
using RebaseBatch.Inference.Scheduling;

namespace RebaseBatch.Benchmarks.Resume;

/// <summary>A job that is run for half of its tokens and stored, and then resumed by a worker with cold caches.</summary>
/// <param name="Before">The cost of the first half.</param>
/// <param name="Evaluated">Tokens that both models evaluated in the first half.</param>
/// <param name="Resume">
/// The cost of the resume: load the steps, encode the prefixes that the next wave continues, and sample one token of each of its sequences.
/// </param>
/// <param name="Reencoded">Tokens of both models that are encoded again for the resume.</param>
/// <param name="Sampled">Tokens of the stored half.</param>
/// <param name="Repeated">Tokens of stored steps that the resumed job sampled again until its end.</param>
sealed record ResumeRound(Cost Before, long Evaluated, Cost Resume, long Reencoded, long Sampled, long Repeated)
{
    public double CpuShare => Resume.CpuSeconds / Before.CpuSeconds;
    public double WallShare => Resume.Seconds / Before.Seconds;
    public double TokenShare => (double)Reencoded / Evaluated;

    /// <param name="halves">Half of each problem's tokens, by ordinal.</param>
    public static async Task<ResumeRound> RunAsync(JobBench bench, IReadOnlyList<long> halves)
    {
        var (spec, models) = (bench.Spec, bench.Models);
        var (_, lease, fresh) = await bench.ClaimAsync(bench.Problems);

        // A search checks its budget before each wave, so it stops between two waves.
        var before = Statistics(models);
        var there = await SolveAsync(bench, fresh, problem => spec with { MaxTokensPerProblem = halves[problem.Ordinal] });
        var evaluated = (Statistics(models) - before).Tokens;
        if (!await new CheckpointStore(bench.Postgres.DataSource).AppendAsync(lease, [.. there.Entries],
            fresh.ToDictionary(problem => problem.ProblemId, _ => 1.0), default))
            throw new InvalidOperationException("the lease was lost");

        // Steps of one token end at once, so this measures the work up to the point where the first worker would have begun the wave.
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

    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"before {Before.Seconds:F1} s (CPU {Before.CpuSeconds:F1}), {Evaluated:N0} tokens; "
        + $"resume {Resume.Seconds:F2} s (CPU {Resume.CpuSeconds:F2}), {Reencoded:N0} tokens; "
        + $"of {Sampled:N0} sampled tokens {Repeated:N0} again");
}
