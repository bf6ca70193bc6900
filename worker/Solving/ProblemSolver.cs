using System.Collections.Concurrent;
using Npgsql;
using RebaseBatch.Core.Searching;
using RebaseBatch.Durable.Jobs;
using RebaseBatch.Durable.Results;
using RebaseBatch.Inference.Loading;
using RebaseBatch.Inference.Scheduling;

namespace RebaseBatch.Solving;

/// <summary>Solves one problem: waits for a slot, runs the search, hands its steps on as they finish, and makes the result.</summary>
sealed class ProblemSolver(SearchSlots slots, SearchTelemetry telemetry, TimeProvider time)
{
    /// <summary>The problem's result. If the search itself failed, the result states the failure.</summary>
    /// <exception cref="OperationCanceledException">Stopped.</exception>
    /// <exception cref="EngineFaultException">The models failed, for every search.</exception>
    /// <exception cref="Exception">Any that <see cref="MachineFaults"/> knows: this machine failed.</exception>
    /// <exception cref="NpgsqlException">The database failed.</exception>
    public async Task<ProblemResult> SolveAsync(BatchRun run, ModelLease models, BatchProblem problem, CancellationToken stop)
    {
        var spec = run.Lease.Spec;
        using var slot = await slots.EnterAsync(StrategyFactory.Create(spec).Breadth, stop);
        run.Writer.Begin(problem.ProblemId);
        using var watch = telemetry.Begin(run.Lease, problem);
        var started = time.GetTimestamp();
        var report = new ProblemReport(run.Lease, models);
        var nodes = new ConcurrentBag<SearchNode>(problem.StoredNodes);
        try
        {
            var outcome = await new SearchRunner(spec, models, time, Take, run.Spending, watch.Search, run.Deadline)
                .RunAsync(problem, stop);
            var result = report.Of(problem, outcome, Seconds());
            watch.Solved(outcome);
            return result;
        }
        catch (Exception e) when (e is not (OperationCanceledException or EngineFaultException or NpgsqlException)
            && MachineFaults.Of(e) is null)
        {
            // One problem's fault, even a bug of this program, must not cost the other problems their results. A fault of the engine, of
            // the database or of this machine concerns all problems.
            var foreseen = e is ModelFaultException or InvalidDataException;
            var reason = foreseen ? e.Message : $"unexpected fault, {e.GetType().Name}: {e.Message}";
            watch.Failed(reason, e, foreseen);
            return report.Of(problem, reason, nodes, Seconds());
        }

        void Take(SearchNode node)
        {
            nodes.Add(node);
            watch.Took(node);
            run.Writer.Add(problem.ProblemId, node);
            run.Spending?.Add(problem.ProblemId, node);
        }

        double Seconds() => time.GetElapsedTime(started).TotalSeconds;
    }
}
