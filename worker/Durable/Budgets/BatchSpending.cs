using System.Collections.Concurrent;
using RebaseBatch.Core.Searching;

namespace RebaseBatch.Durable.Budgets;

/// <summary>One batch's part in its job's spending. Dispose it when its steps are stored, or lost with the lease.</summary>
sealed class BatchSpending(JobSpending job, Action leave) : IDisposable
{
    readonly ConcurrentDictionary<long, JobTally.Held> _problems = [];

    /// <summary>Takes over a problem with its stored steps. Called for all problems of the batch before its first search begins.</summary>
    public void Hold(long problem, IEnumerable<SearchNode> stored) => _problems[problem] = job.Tally.Hold(problem, DecodedWork.Of(stored));

    /// <summary>Counts a finished step, stored or not.</summary>
    public void Add(long problem, SearchNode step) => job.Tally.Add(_problems[problem], DecodedWork.Of(step));

    /// <inheritdoc cref="JobSpending.ReachedAsync"/>
    public ValueTask<JobLimit?> ReachedAsync(long policyParameters, CancellationToken ct) => job.ReachedAsync(policyParameters, ct);

    public void Dispose()
    {
        foreach (var problem in _problems.Values) job.Tally.Release(problem);
        leave();
    }
}
