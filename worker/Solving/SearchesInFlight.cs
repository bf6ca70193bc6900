using System.Collections.Concurrent;
using RebaseBatch.Core.Searching;
using RebaseBatch.Durable.Batches;
using RebaseBatch.Durable.Jobs;

namespace RebaseBatch.Solving;

/// <summary>
/// The searches that this worker runs now. It costs one entry for each search, three additions for each step, and nothing for a token.
/// </summary>
sealed class SearchesInFlight(TimeProvider time)
{
    readonly ConcurrentDictionary<long, SearchInFlight> _searches = new();
    long _sampled, _steps;

    public int Count => _searches.Count;

    /// <summary>In no particular order.</summary>
    public IReadOnlyCollection<SearchInFlight> All => [.. _searches.Values];

    /// <summary>Policy tokens of all steps that this worker has finished since it started.</summary>
    public long SampledTokens => Volatile.Read(ref _sampled);

    /// <summary>The number of those steps.</summary>
    public long Steps => Volatile.Read(ref _steps);

    public SearchInFlight Enter(BatchLease lease, BatchProblem problem) =>
        _searches[problem.ProblemId] = new(lease, problem, time.GetTimestamp());

    /// <summary>A search has finished a new step; from any thread.</summary>
    public void Add(SearchInFlight search, SearchNode node)
    {
        search.Add(node);
        Interlocked.Increment(ref _steps);
        Interlocked.Add(ref _sampled, node.Cost.Sampled);
    }

    // This worker may have lost the batch and claimed it again: only the entry of this search is removed.
    public void Leave(long problemId, SearchInFlight search) => _searches.TryRemove(new(problemId, search));
}
