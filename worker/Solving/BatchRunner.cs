using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using Npgsql;
using RebaseBatch.Core.Searching;
using RebaseBatch.Durable.Budgets;
using RebaseBatch.Durable.Checkpoints;
using RebaseBatch.Durable.Jobs;
using RebaseBatch.Durable.Leases;
using RebaseBatch.Durable.Results;
using RebaseBatch.Inference.Loading;
using RebaseBatch.Inference.Scheduling;
using RebaseBatch.Platform.Errors;
using RebaseBatch.Platform.Postgres;
using RebaseBatch.Platform.Telemetry;

namespace RebaseBatch.Solving;

/// <summary>Carries one claimed batch to its end: models, searches, checkpoints, result, or whatever stops it on the way.</summary>
sealed class BatchRunner(
    LeaseStore leases, LeaseKeeper keeper, ProblemStore problems, CheckpointStore checkpoints, ResultStore results,
    ModelPool models, SearchSlots slots, SearchesInFlight searches, JobSpendings spendings,
    BatchMetrics metrics, SearchMetrics searchMetrics, CheckpointMetrics checkpointMetrics, WorkerOptions options, TimeProvider time, ILogger<BatchRunner> log)
{
    /// <summary>Works on the batch until it ends or <paramref name="drain"/> is cancelled. Throws nothing: every failure ends the lease.</summary>
    public async Task<BatchOutcome> RunAsync(BatchLease lease, CancellationToken drain)
    {
        using var scope = BatchScopes.Batch(log, lease);
        using var span = BatchSpans.Batch(lease);
        var begun = metrics.Begin();
        log.BatchClaimed(lease.JobId, lease.BatchNo, lease.Attempt);
        BatchOutcome reason;
        try
        {
            reason = await WorkAsync(lease, drain);
        }
        catch (Exception e)
        {
            span?.Fail(e);
            reason = await FailAsync(lease, e);
        }

        metrics.End(begun, reason);
        var outcome = BatchMetrics.NameOf(reason);
        span?.SetTag("outcome", outcome);
        log.BatchEnded(lease.JobId, lease.BatchNo, outcome);
        return reason;
    }

    async Task<BatchOutcome> WorkAsync(BatchLease lease, CancellationToken drain)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(drain);
        using var lost = new CancellationTokenSource();
        // Outlives the last checkpoint: until then the batch's steps are counted here, and from then on with the stored ones.
        using var spending = spendings.Enter(lease);
        using var writer = new CheckpointWriter(checkpoints, lease, options.Checkpoint, checkpointMetrics, time, log);
        var solved = new ConcurrentBag<ProblemResult>();
        var keeping = KeepAsync(lease, stop, lost);
        var writing = WriteAsync(writer, stop, lost);
        var solving = SolveAllAsync(lease, writer, spending, solved, stop.Token);
        try
        {
            await solving.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            // From here on only the loss of the lease ends it early: what is finished gets stored, and a stop waits for it within its grace time.
            return await EndAsync(lease, writer, solving, solved, lost.Token);
        }
        catch (OperationCanceledException) when (lost.IsCancellationRequested)
        {
            return BatchOutcome.LeaseLost;
        }
        finally
        {
            await stop.CancelAsync();
            await lost.CancelAsync();
            await Task.WhenAll(keeping, writing, solving).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>Renews until the batch has to be put down. Ends the work whatever happens: without renewals it would be for nothing.</summary>
    async Task<LeaseState> KeepAsync(BatchLease lease, CancellationTokenSource stop, CancellationTokenSource lost)
    {
        try
        {
            var state = await keeper.KeepAsync(lease, lost.Token);
            if (state == LeaseState.Lost) await lost.CancelAsync();
            return state;
        }
        finally
        {
            await stop.CancelAsync();
        }
    }

    /// <summary>Stores steps until the lease is lost. Ends the work on a fault too, which the last flush meets again and reports.</summary>
    static async Task WriteAsync(CheckpointWriter writer, CancellationTokenSource stop, CancellationTokenSource lost)
    {
        try
        {
            await writer.RunUntilLostAsync(lost.Token);
            await lost.CancelAsync();
        }
        finally
        {
            await stop.CancelAsync();
        }
    }

    async Task<BatchOutcome> EndAsync(BatchLease lease, CheckpointWriter writer, Task solving, ConcurrentBag<ProblemResult> solved, CancellationToken lost)
    {
        lost.ThrowIfCancellationRequested();
        // All nodes before the result: the usage in it is the sum over stored nodes.
        if (!await InsistAsync(() => writer.FlushAsync(CancellationToken.None))) return BatchOutcome.LeaseLost;
        if (!solving.IsCanceled)
        {
            await solving;
            // A crash before this commit: the batch is claimed again and finds every search complete in its nodes.
            // A crash after it: the batch is over; the outbox writes its files.
            return await CompleteAsync(BatchEnd.Completed) ? BatchOutcome.Completed : BatchOutcome.LeaseLost;
        }

        // A crash before the release: the lease runs out and a peer resumes a little later.
        return await InsistAsync(() => leases.ReleaseAsync(lease, CancellationToken.None)) switch
        {
            ReleaseState.Released => BatchOutcome.Drained,
            // Whether it was cancelled before the stop or since: what is solved is not thrown away.
            ReleaseState.CancelRequested when await CompleteAsync(BatchEnd.Cancelled) => BatchOutcome.Cancelled,
            _ => BatchOutcome.LeaseLost,
        };

        Task<bool> CompleteAsync(BatchEnd end) => InsistAsync(() => results.CompleteAsync(lease, end, [.. solved], CancellationToken.None));

        // The statements tell by themselves that the lease is lost. A renewal that comes right after a commit finds the batch no longer
        // running, and must not take that for a loss before the commit has been heard of: it only ends the waiting for another try.
        Task<T> InsistAsync<T>(Func<Task<T>> write) => DatabaseRetry.UntilAvailableAsync(write, time, log, lost);
    }

    async Task SolveAllAsync(BatchLease lease, CheckpointWriter writer, BatchSpending? spending, ConcurrentBag<ProblemResult> solved, CancellationToken ct)
    {
        using var pair = (await models.AcquireAsync(lease.Spec.Policy, StrategyFactory.Create(lease.Spec).NeedsReward ? lease.Spec.Reward : null, ct)).For(lease.Spec.Preset);
        var run = new BatchRun(lease, pair, new(lease, pair), writer, spending, solved);
        var pending = await DatabaseRetry.UntilAvailableAsync(() => problems.LoadPendingAsync(lease, ct), time, log, ct);
        foreach (var problem in pending) spending?.Hold(problem.ProblemId, problem.StoredNodes);
        await Task.WhenAll(pending.Select(problem => SolveAsync(run, problem, ct)));
    }

    async Task SolveAsync(BatchRun run, BatchProblem problem, CancellationToken ct)
    {
        using var slot = await slots.EnterAsync(StrategyFactory.Create(run.Lease.Spec).Breadth, ct);
        using var scope = BatchScopes.Problem(log, problem);
        using var span = BatchSpans.Search(run.Lease, problem);
        var started = time.GetTimestamp();
        var nodes = new ConcurrentBag<SearchNode>(problem.StoredNodes);
        run.Writer.Begin(problem.ProblemId);
        var search = searches.Enter(run.Lease, problem);
        var runner = new SearchRunner(run.Lease.Spec, run.Models, time, node =>
        {
            nodes.Add(node);
            searches.Add(search, node);
            run.Writer.Add(problem.ProblemId, node);
            run.Spending?.Add(problem.ProblemId, node);
        }, run.Spending, search);
        try
        {
            var outcome = await runner.RunAsync(problem, ct);
            run.Solved.Add(run.Report.Of(problem, outcome, time.GetElapsedTime(started).TotalSeconds));
            searchMetrics.Solved();
            span?.SetTag("outcome", "solved").SetTag("ended_by", outcome.EndedBy);
        }
        catch (Exception e) when (e is not (OperationCanceledException or EngineFaultException or NpgsqlException))
        {
            // One problem's fault, even one of ours, must not cost its neighbours their results. The database's is every problem's.
            var foreseen = e is ModelFaultException or InvalidDataException;
            var reason = foreseen ? e.Message : $"unexpected fault, {e.GetType().Name}: {e.Message}";
            log.ProblemFailed(problem.Spec.CustomId, reason, foreseen ? null : e);
            run.Solved.Add(run.Report.Of(problem, reason, nodes, time.GetElapsedTime(started).TotalSeconds));
            searchMetrics.Failed();
            span?.SetTag("outcome", "failed").Fail(e);
        }
        finally
        {
            span?.Reached(search);
            searches.Leave(problem.ProblemId, search);
        }
    }

    async Task<BatchOutcome> FailAsync(BatchLease lease, Exception failure)
    {
        log.BatchFailed(lease.JobId, lease.BatchNo, lease.Attempt, failure.Message, failure is UserException || DatabaseFaults.IsUnavailable(failure) ? null : failure);
        try
        {
            var backoff = options.Retry.After(lease.Attempt);
            return await leases.FailAsync(lease, failure.Message, backoff, CancellationToken.None) ? BatchOutcome.Failed : BatchOutcome.LeaseLost;
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            // The database is away too: the lease runs out and the reaper does the same.
            log.BatchFailureNotStored(lease.BatchId, e.Message);
            return BatchOutcome.LeaseLost;
        }
    }
}
