using Microsoft.Extensions.Logging;
using RebaseBatch.Contracts;
using RebaseBatch.Core.Searching;
using RebaseBatch.Durable.Environments;
using RebaseBatch.Durable.Jobs;
using RebaseBatch.Inference.Loading;
using RebaseBatch.Platform.Endurance;
using RebaseBatch.Platform.Errors;
using RebaseBatch.Platform.Postgres;
using RebaseBatch.Platform.Telemetry;

namespace RebaseBatch.Solving;

/// <summary>Solves all problems of a batch that have no result yet, at once, on one lease of the job's models.</summary>
sealed class BatchSolver(
    ProblemStore problems, EnvironmentStore environments, ModelPool models, ProblemSolver solver, TimeProvider time,
    ILogger<BatchSolver> log)
{
    readonly RepeatedFault _away = new("reading the problems of a batch", time, log);

    /// <summary>Adds a result to <see cref="BatchRun.Solved"/> for each problem.</summary>
    /// <exception cref="OperationCanceledException">Stopped: some problems have no result.</exception>
    /// <exception cref="MachineFaultException">The job is pinned to other weights than this machine has.</exception>
    public async Task SolveAsync(BatchRun run, CancellationToken stop)
    {
        var spec = run.Lease.Spec;
        var reward = StrategyFactory.Create(spec).NeedsReward ? spec.Reward : null;
        using var pair = (await models.AcquireAsync(spec.Policy, reward, spec.EmbeddingModel, stop)).For(spec.Preset);
        ContextFit.Check(spec, pair);
        await BeginAsync(run, pair, stop);
        // Sums that are not those of the rows would be taken for commits that the database lost.
        var recounted = await DatabaseRetry.UntilAvailableAsync(() => run.Writer.RecountAsync(stop), _away, time, log, stop);
        if (recounted > 0) log.SumsSetRight(run.Lease.JobId, run.Lease.BatchNo, recounted);
        var pending = await DatabaseRetry.UntilAvailableAsync(() => problems.LoadPendingAsync(run.Lease, stop), _away, time, log, stop);
        foreach (var problem in pending) run.Spending?.Hold(problem.ProblemId, problem.StoredNodes);
        await Task.WhenAll(pending.Select(SolveAsync));

        async Task SolveAsync(BatchProblem problem) => run.Solved.Add(await solver.SolveAsync(run, pair, problem, stop));
    }

    /// <summary>
    /// Pins the job to its weights and stores what this attempt runs on, before anything is sampled. A crash after it: the next attempt
    /// says the same of itself.
    /// </summary>
    async Task BeginAsync(BatchRun run, ModelLease pair, CancellationToken stop)
    {
        var pinned = await DatabaseRetry.UntilAvailableAsync(
            () => environments.BeginAsync(run.Lease, pair.Environment, stop), _away, time, log, stop)
            // The lease is lost: the batch's next statement under it finds the same.
            ?? throw new OperationCanceledException("the lease is lost");
        var (spec, mine) = (run.Lease.Spec, pair.Environment);
        if (pinned.Policy is { } policy && policy != mine.Policy.Sha256)
            throw OtherWeights("policy", spec.Policy, policy, mine.Policy);
        if (pinned.Reward is { } reward && mine.Reward is { } scorer && reward != scorer.Sha256)
            throw OtherWeights("reward model", spec.Reward!, reward, scorer);
        if (pinned.Embedding is { } embedding && mine.Embedding is { } embedder && embedding != embedder.Sha256)
            throw OtherWeights("embedding model", spec.EmbeddingModel!, embedding, embedder);

        MachineFaultException OtherWeights(string role, string model, string wanted, ModelEnvironment found) => new(model: null,
            $"job {run.Lease.JobId} is pinned to weights of its {role} '{model}' with the SHA-256 {wanted}, and this worker's "
                + (found.Server is { } server
                    ? $"server has {found.Sha256} ({server.Kind} serves {server.Model}"
                        + $"{(server.Revision is { } revision ? $", revision {revision}" : "")}): serve again what the job began with"
                    : $"file has {found.Sha256}: put the file with the first one back")
                + ", or enqueue a new job for the other weights ('jobs retry' keeps the pin)");
    }
}
