using System.Collections.Concurrent;
using RebaseBatch.Batches;
using RebaseBatch.Benchmarks.Database;
using RebaseBatch.Benchmarks.Measuring;
using RebaseBatch.Checkpoints;
using RebaseBatch.Contracts;
using RebaseBatch.Inference;
using RebaseBatch.Inference.Engine;
using RebaseBatch.Jobs;
using RebaseBatch.Leases;

namespace RebaseBatch.Benchmarks.Resume;

/// <summary>A job brought half of its way and stored, then taken up again by a worker whose caches are cold.</summary>
/// <param name="There">What it took to get half of the way.</param>
/// <param name="Evaluated">Tokens of both models on that way.</param>
/// <param name="Back">What it takes to be there again: load the steps, encode what the next wave continues, and one token of each of its branches.</param>
/// <param name="Reencoded">Tokens of both models that are encoded again for it.</param>
/// <param name="Sampled">Tokens of the stored half.</param>
/// <param name="Repeated">Of these, tokens of steps that the resumed job sampled again on its way to the end.</param>
sealed record ResumeRound(Cost There, long Evaluated, Cost Back, long Reencoded, long Sampled, long Repeated)
{
    static readonly TimeSpan s_lease = TimeSpan.FromHours(1);

    public double CpuShare => Back.CpuSeconds / There.CpuSeconds;
    public double WallShare => Back.Seconds / There.Seconds;
    public double TokenShare => (double)Reencoded / Evaluated;

    /// <param name="halves">Tokens at which each problem is half done, by ordinal.</param>
    public static async Task<ResumeRound> RunAsync(JobSpec spec, IReadOnlyList<ProblemSpec> problems, IReadOnlyList<long> halves, ModelLease models, InferenceOptions options, PrivatePostgres postgres)
    {
        await new JobStore(postgres.DataSource).EnqueueAsync(spec, problems, default);
        var lease = (await new LeaseStore(postgres.DataSource).ClaimAsync("benchmark", 1, s_lease, default))[0];
        var (store, checkpoints) = (new ProblemStore(postgres.DataSource), new CheckpointStore(postgres.DataSource));
        var fresh = await store.LoadPendingAsync(lease, default);

        // A search asks for its budget before each wave, so each stops between two waves.
        var before = Statistics(models);
        var there = await SolveAsync(fresh, problem => spec with { MaxTokensPerProblem = halves[problem.Ordinal] }, models, options);
        var evaluated = (Statistics(models) - before).Tokens;
        if (!await checkpoints.AppendAsync(lease, [.. there.Entries], fresh.ToDictionary(problem => problem.ProblemId, _ => 1.0), default)) throw new InvalidOperationException("the lease was lost");

        // Steps of one token end at once: the wave stands where the first worker would have begun it.
        before = Statistics(models);
        IReadOnlyList<BatchProblem> stored = [];
        var back = await Cost.OfAsync(async () =>
        {
            stored = await store.LoadPendingAsync(lease, default);
            await SolveAsync(stored, problem => spec with { MaxStepTokens = 1, MaxTokensPerProblem = SampledBy(problem) + 1 }, models, options);
        });
        var reencoded = (Statistics(models) - before).Reencoded;

        var rest = await SolveAsync(stored, _ => spec, models, options);
        var known = stored.SelectMany(problem => problem.StoredNodes.Select(node => (problem.ProblemId, node.No))).ToHashSet();
        return new(there.Cost, evaluated, back, reencoded, stored.Sum(SampledBy), rest.Entries.Where(entry => known.Contains((entry.ProblemId, entry.Node.No))).Sum(entry => (long)entry.Node.Cost.Sampled));
    }

    /// <summary>Runs the searches, many at once.</summary>
    /// <returns>The steps that were sampled.</returns>
    public static async Task<(ConcurrentBag<CheckpointEntry> Entries, Cost Cost)> SolveAsync(
        IReadOnlyList<BatchProblem> problems, Func<BatchProblem, JobSpec> specOf, ModelLease models, InferenceOptions options)
    {
        var slots = new SearchSlots(SearchSlots.PermitsFor(options.MaxBranches), problems.Count);
        var entries = new ConcurrentBag<CheckpointEntry>();
        var cost = await Cost.OfAsync(() => Task.WhenAll(problems.Select(async problem =>
        {
            var spec = specOf(problem);
            using var slot = await slots.EnterAsync(spec.Width, default);
            await new SearchRunner(spec, models, TimeProvider.System, node => entries.Add(new(problem.ProblemId, node))).RunAsync(problem, default);
        })));
        return (entries, cost);
    }

    static long SampledBy(BatchProblem problem) => problem.StoredNodes.Sum(node => (long)node.Cost.Sampled);

    static EngineStatistics Statistics(ModelLease models) => models.Policy.Statistics + models.Reward!.Statistics;

    public override string ToString() => FormattableString.Invariant(
        $"there {There.Seconds:F1} s (CPU {There.CpuSeconds:F1}), {Evaluated:N0} tokens; back {Back.Seconds:F2} s (CPU {Back.CpuSeconds:F2}), {Reencoded:N0} tokens; of {Sampled:N0} sampled tokens {Repeated:N0} again");
}
