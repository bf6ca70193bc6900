using Microsoft.Extensions.Logging;
using RebaseBatch.Core.Searching;
using RebaseBatch.Durable.Jobs;
using RebaseBatch.Inference.Loading;
using RebaseBatch.Platform.Postgres;

namespace RebaseBatch.Solving;

/// <summary>Solves all problems of a batch that have no result yet, at once, on one lease of the job's models.</summary>
sealed class BatchSolver(ProblemStore problems, ModelPool models, ProblemSolver solver, TimeProvider time, ILogger<BatchSolver> log)
{
    /// <summary>Adds a result to <see cref="BatchRun.Solved"/> for each problem.</summary>
    /// <exception cref="OperationCanceledException">Stopped: some problems have no result.</exception>
    public async Task SolveAsync(BatchRun run, CancellationToken stop)
    {
        var spec = run.Lease.Spec;
        var reward = StrategyFactory.Create(spec).NeedsReward ? spec.Reward : null;
        using var pair = (await models.AcquireAsync(spec.Policy, reward, stop)).For(spec.Preset);
        var pending = await DatabaseRetry.UntilAvailableAsync(() => problems.LoadPendingAsync(run.Lease, stop), time, log, stop);
        foreach (var problem in pending) run.Spending?.Hold(problem.ProblemId, problem.StoredNodes);
        await Task.WhenAll(pending.Select(SolveAsync));

        async Task SolveAsync(BatchProblem problem) => run.Solved.Add(await solver.SolveAsync(run, pair, problem, stop));
    }
}
