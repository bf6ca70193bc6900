using System.Collections.Concurrent;
using RebaseBatch.Core.Searching;
using RebaseBatch.Durable.Jobs;
using RebaseBatch.Durable.Results;
using RebaseBatch.Inference.Loading;
using RebaseBatch.Inference.Scheduling;

namespace RebaseBatch.Solving;

/// <summary>One run of a problem's search, from the stored steps to its result.</summary>
sealed class SearchAttempt(BatchRun run, ModelLease models, BatchProblem problem, SearchTelemetry.Watch watch, TimeProvider time)
{
    readonly ConcurrentBag<SearchNode> _nodes = [.. problem.StoredNodes];
    readonly ProblemReport _report = new(run.Lease, models);
    readonly long _started = time.GetTimestamp();

    double Seconds => time.GetElapsedTime(_started).TotalSeconds;

    /// <summary>The result of the search.</summary>
    public async Task<ProblemResult> RunAsync(CancellationToken stop)
    {
        var search = new SearchRunner(run.Lease.Spec, models, time, Take, run.Spending, watch.Search, run.Deadline);
        var outcome = await search.RunAsync(problem, stop);
        var result = await _report.OfAsync(problem, outcome, Seconds, stop);
        watch.Solved(outcome, result.Answer.UnansweredCause);
        return result;
    }

    /// <summary>The result that states why the search failed.</summary>
    /// <param name="reason">Null to take it from the failure.</param>
    public async ValueTask<ProblemResult> FailedAsync(Exception failure, string? reason, CancellationToken stop)
    {
        var foreseen = reason is not null || failure is ModelFaultException or InvalidDataException;
        reason ??= foreseen ? failure.Message : $"unexpected fault, {failure.GetType().Name}: {failure.Message}";
        watch.Failed(reason, failure, foreseen);
        return await _report.OfAsync(problem, reason, _nodes, Seconds, stop);
    }

    void Take(SearchNode node)
    {
        _nodes.Add(node);
        watch.Took(node);
        run.Writer.Add(problem.ProblemId, node);
        run.Spending?.Add(problem.ProblemId, node);
    }
}
