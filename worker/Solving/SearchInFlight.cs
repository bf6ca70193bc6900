using RebaseBatch.Contracts;
using RebaseBatch.Core.Searching;
using RebaseBatch.Durable.Batches;
using RebaseBatch.Durable.Jobs;

namespace RebaseBatch.Solving;

/// <summary>
/// The progress of one search while it runs. Only the search writes the figures, and anyone may read them at any time: figures that are
/// read together may differ by a step.
/// </summary>
sealed class SearchInFlight(BatchLease lease, BatchProblem problem, long startedAt)
{
    int _depth, _remaining = lease.Spec.Width;
    int _steps = problem.StoredNodes.Count;
    long _sampled = problem.StoredNodes.Sum(node => (long)node.Cost.Sampled);

    public long JobId => lease.JobId;
    public int BatchNo => lease.BatchNo;
    public JobSpec Spec => lease.Spec;
    public string CustomId => problem.Spec.CustomId;

    /// <summary>Timestamp of this attempt's start.</summary>
    public long StartedAt => startedAt;

    /// <summary>Depth of the current wave, from 1; 0 before the first wave.</summary>
    public int Depth => Volatile.Read(ref _depth);

    /// <summary>How many more solutions can finish at most.</summary>
    public int Remaining => Volatile.Read(ref _remaining);

    /// <summary>Finished steps, those of earlier attempts included.</summary>
    public int Steps => Volatile.Read(ref _steps);

    /// <summary>Policy tokens of the finished steps.</summary>
    public long SampledTokens => Volatile.Read(ref _sampled);

    /// <summary>A wave begins.</summary>
    /// <param name="remaining">How many more solutions can finish at most, including those of this wave.</param>
    public void Begin(int depth, int remaining)
    {
        Volatile.Write(ref _depth, depth);
        Volatile.Write(ref _remaining, remaining);
    }

    /// <summary>A new step is finished; from any thread.</summary>
    public void Add(SearchNode node)
    {
        Interlocked.Increment(ref _steps);
        Interlocked.Add(ref _sampled, node.Cost.Sampled);
    }
}
