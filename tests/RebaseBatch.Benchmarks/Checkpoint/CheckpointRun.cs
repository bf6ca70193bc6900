using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using Microsoft.Extensions.Logging.Abstractions;
using RebaseBatch.Batches;
using RebaseBatch.Benchmarks.Measuring;
using RebaseBatch.Checkpoints;
using RebaseBatch.Contracts;
using RebaseBatch.Inference;
using RebaseBatch.Leases;
using RebaseBatch.Searching;

namespace RebaseBatch.Benchmarks.Checkpoint;

/// <summary>The searches of one batch as a worker runs them, with its checkpoints or with none.</summary>
/// <param name="Steps">All steps, as they ended.</param>
sealed record CheckpointRun(IReadOnlyList<CheckpointEntry> Steps, Cost Cost)
{
    // Searches in flight, and the time between checkpoints: the worker's own defaults.
    static readonly WorkerOptions s_worker = new();

    /// <summary>Tokens drawn from the policy.</summary>
    public long Sampled { get; } = Steps.Sum(step => (long)step.Node.Cost.Sampled);

    public double SecondsPerToken => Cost.Seconds / Sampled;
    public double CpuSecondsPerToken => Cost.CpuSeconds / Sampled;

    public static Task<CheckpointRun> WithoutAsync(JobSpec spec, IReadOnlyList<BatchProblem> problems, ModelLease models, int maxBranches) =>
        SolveAsync(spec, problems, models, maxBranches, null);

    /// <summary>What finishes is stored as the worker stores it: collected for a quarter of a second, in one statement, the rest at the end.</summary>
    /// <exception cref="InvalidOperationException">The lease was lost.</exception>
    public static async Task<CheckpointRun> WithAsync(BatchLease lease, IReadOnlyList<BatchProblem> problems, ModelLease models, int maxBranches, CheckpointStore store)
    {
        using var meter = new Meter("benchmark");
        using var writer = new CheckpointWriter(store, lease, s_worker.Checkpoint, new(meter), TimeProvider.System, NullLogger.Instance);
        return await SolveAsync(lease.Spec, problems, models, maxBranches, writer);
    }

    static async Task<CheckpointRun> SolveAsync(JobSpec spec, IReadOnlyList<BatchProblem> problems, ModelLease models, int maxBranches, CheckpointWriter? writer)
    {
        var slots = new SearchSlots(SearchSlots.PermitsFor(maxBranches), s_worker.MaxSearches);
        var steps = new ConcurrentQueue<CheckpointEntry>();
        var cost = await Cost.OfAsync(async () =>
        {
            using var ended = new CancellationTokenSource();
            var writing = writer?.RunUntilLostAsync(ended.Token) ?? Task.CompletedTask;
            await Task.WhenAll(problems.Select(SearchAsync));
            if (writer is not null && !await writer.FlushAsync(default)) throw new InvalidOperationException("the lease was lost: the machine is too slow for this benchmark");
            await ended.CancelAsync();
            await writing.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        });
        return new([.. steps], cost);

        async Task SearchAsync(BatchProblem problem)
        {
            using var slot = await slots.EnterAsync(spec.Width, default);
            writer?.Begin(problem.ProblemId);
            await new SearchRunner(spec, models, TimeProvider.System, node => Keep(problem, node)).RunAsync(problem, default);
        }

        void Keep(BatchProblem problem, SearchNode node)
        {
            steps.Enqueue(new(problem.ProblemId, node));
            writer?.Add(problem.ProblemId, node);
        }
    }
}
