using System.Collections.Concurrent;
using RebaseBatch.Searching;

namespace RebaseBatch.Batches;

/// <summary>One batch's part in its job's spending. To be disposed when its steps are stored, or lost with the lease.</summary>
sealed class BatchSpending(JobSpending job, Action leave) : IDisposable
{
    readonly ConcurrentDictionary<long, JobTally.Held> _problems = [];

    /// <summary>Before the batch's first search begins.</summary>
    public void Hold(IEnumerable<BatchProblem> problems)
    {
        foreach (var problem in problems) _problems[problem.ProblemId] = job.Tally.Hold(problem.ProblemId, DecodedWork.Of(problem.StoredNodes));
    }

    /// <summary>Counts a finished step, stored or not.</summary>
    public void Add(long problem, SearchNode step) => job.Tally.Add(_problems[problem], DecodedWork.Of(step));

    /// <inheritdoc cref="JobSpending.ReachedAsync"/>
    public ValueTask<BudgetLimit?> ReachedAsync(long policyParameters, CancellationToken ct) => job.ReachedAsync(policyParameters, ct);

    public void Dispose()
    {
        foreach (var problem in _problems.Values) job.Tally.Release(problem);
        leave();
    }
}
