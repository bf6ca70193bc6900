using System.Collections.Concurrent;
using RebaseBatch.Durable.Batches;
using RebaseBatch.Durable.Budgets;
using RebaseBatch.Durable.Checkpoints;
using RebaseBatch.Durable.Results;

namespace RebaseBatch.Solving;

/// <summary>One attempt at a batch under one lease: the state that all its tasks share. Thread-safe.</summary>
/// <param name="Spending">Null when the job has no limits.</param>
sealed record BatchRun(BatchLease Lease, CheckpointWriter Writer, BatchSpending? Spending)
{
    /// <summary>The job's deadline on this process's stopwatch; null when it has none.</summary>
    public SearchDeadline? Deadline { get; init; }

    /// <summary>The results of this attempt, in no particular order.</summary>
    public ConcurrentBag<ProblemResult> Solved { get; } = [];
}
