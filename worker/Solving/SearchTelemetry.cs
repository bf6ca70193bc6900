using System.Diagnostics;
using Microsoft.Extensions.Logging;
using RebaseBatch.Contracts;
using RebaseBatch.Core.Searching;
using RebaseBatch.Durable.Batches;
using RebaseBatch.Durable.Jobs;
using RebaseBatch.Platform.Telemetry;

namespace RebaseBatch.Solving;

/// <summary>What operators see of a search: log entries and their scope, a span, metrics, and the list of searches in flight.</summary>
sealed class SearchTelemetry(SearchesInFlight searches, SearchMetrics metrics, ILogger<ProblemSolver> log)
{
    /// <summary>The search of the problem begins. Log entries and spans belong to it until the result is disposed.</summary>
    public Watch Begin(BatchLease lease, BatchProblem problem) => new(lease, problem, searches, metrics, log);

    /// <summary>One search in flight.</summary>
    public sealed class Watch : IDisposable
    {
        readonly BatchProblem _problem;
        readonly SearchesInFlight _searches;
        readonly SearchMetrics _metrics;
        readonly ILogger _log;
        readonly IDisposable? _scope;
        readonly Activity? _span;

        internal Watch(BatchLease lease, BatchProblem problem, SearchesInFlight searches, SearchMetrics metrics, ILogger log)
        {
            (_problem, _searches, _metrics, _log) = (problem, searches, metrics, log);
            _scope = BatchScopes.Problem(log, problem);
            _span = BatchSpans.Search(lease, problem);
            Search = searches.Enter(lease, problem);
        }

        public SearchInFlight Search { get; }

        /// <summary>A new step is finished; from any thread.</summary>
        public void Took(SearchNode node) => _searches.Add(Search, node);

        /// <summary>The stored steps are deleted, and the search begins anew.</summary>
        /// <param name="restarts">The number of the restart, from 1.</param>
        public void Restarted(int restarts, int most, Exception failure)
        {
            _log.SearchBegunAnew(_problem.Spec.CustomId, _problem.StoredNodes.Count, restarts, most, failure.Message);
            _metrics.Restarted();
            _span?.SetTag("outcome", "restarted").Fail(failure);
        }

        /// <param name="unanswered">Why the problem has no answer; null when it has one.</param>
        public void Solved(SearchOutcome outcome, UnansweredCause? unanswered)
        {
            _metrics.Solved(unanswered);
            _span?.SetTag("outcome", "solved").SetTag("ended_by", outcome.EndedBy)
                .SetTag("unanswered_cause", unanswered is { } cause ? StoredNames.Of(cause) : null);
        }

        /// <param name="foreseen">Whether the reason says all; otherwise the exception is logged with its stack.</param>
        public void Failed(string reason, Exception failure, bool foreseen)
        {
            _log.ProblemFailed(_problem.Spec.CustomId, reason, foreseen ? null : failure);
            _metrics.Failed();
            _span?.SetTag("outcome", "failed").Fail(failure);
        }

        public void Dispose()
        {
            _span?.Reached(Search);
            _searches.Leave(_problem.ProblemId, Search);
            _span?.Dispose();
            _scope?.Dispose();
        }
    }
}
