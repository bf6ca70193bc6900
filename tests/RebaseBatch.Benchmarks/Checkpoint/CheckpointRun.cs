using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using Microsoft.Extensions.Logging.Abstractions;
using RebaseBatch.Benchmarks.Jobs;
using RebaseBatch.Benchmarks.Measuring;
using RebaseBatch.Durable.Batches;
using RebaseBatch.Durable.Checkpoints;
using RebaseBatch.Durable.Jobs;
using RebaseBatch.Solving;

namespace RebaseBatch.Benchmarks.Checkpoint;

/// <summary>The searches of one batch as a worker runs them, with or without its checkpoints.</summary>
/// <param name="Steps">All steps, in the order in which they ended.</param>
sealed record CheckpointRun(IReadOnlyList<CheckpointEntry> Steps, Cost Cost)
{
    // Searches in flight, and the time between checkpoints: the worker's own defaults.
    static readonly WorkerOptions s_worker = new();

    /// <summary>Tokens drawn from the policy.</summary>
    public long Sampled { get; } = Steps.Sum(step => (long)step.Node.Cost.Sampled);

    public double SecondsPerToken => Cost.Seconds / Sampled;
    public double CpuSecondsPerToken => Cost.CpuSeconds / Sampled;

    public static Task<CheckpointRun> WithoutAsync(JobBench bench, IReadOnlyList<BatchProblem> problems) =>
        SolveAsync(bench, problems, null);

    /// <summary>
    /// Stores finished steps as the worker does: it collects them for a quarter of a second, stores them in one statement, and stores the
    /// rest at the end.
    /// </summary>
    /// <exception cref="InvalidOperationException">The lease was lost.</exception>
    public static async Task<CheckpointRun> WithAsync(JobBench bench, BatchLease lease, IReadOnlyList<BatchProblem> problems)
    {
        using var meter = new Meter("benchmark");
        using var writer = new CheckpointWriter(new(bench.Postgres.DataSource), lease, s_worker.Checkpoint, new(meter), TimeProvider.System,
            new("checkpoints", TimeProvider.System, NullLogger.Instance), NullLogger.Instance);
        return await SolveAsync(bench, problems, writer);
    }

    static async Task<CheckpointRun> SolveAsync(JobBench bench, IReadOnlyList<BatchProblem> problems, CheckpointWriter? writer)
    {
        var steps = new ConcurrentQueue<CheckpointEntry>();
        var cost = await Cost.OfAsync(async () =>
        {
            using var ended = new CancellationTokenSource();
            var writing = writer?.RunUntilLostAsync(ended.Token) ?? Task.CompletedTask;
            await bench.SearchAsync(problems, _ => bench.Spec, s_worker.MaxSearches, problem => writer?.Begin(problem.ProblemId), Keep);
            if (writer is not null && !await writer.FlushAsync(default))
                throw new InvalidOperationException("the lease was lost: the machine is too slow for this benchmark");
            await ended.CancelAsync();
            await writing.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        });
        return new([.. steps], cost);

        void Keep(CheckpointEntry step)
        {
            steps.Enqueue(step);
            writer?.Add(step.ProblemId, step.Node);
        }
    }
}
