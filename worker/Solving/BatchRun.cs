using System.Collections.Concurrent;
using RebaseBatch.Durable.Budgets;
using RebaseBatch.Durable.Checkpoints;
using RebaseBatch.Durable.Leases;
using RebaseBatch.Durable.Results;
using RebaseBatch.Inference.Loading;

namespace RebaseBatch.Solving;

/// <summary>What the searches of one lease share.</summary>
/// <param name="Spending">Null for a job without a budget of its own.</param>
/// <param name="Solved">Takes each problem's result.</param>
sealed record BatchRun(
    BatchLease Lease, ModelLease Models, ProblemReport Report, CheckpointWriter Writer, BatchSpending? Spending, ConcurrentBag<ProblemResult> Solved);
