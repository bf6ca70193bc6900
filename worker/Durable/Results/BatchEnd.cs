using RebaseBatch.Durable.Batches;

namespace RebaseBatch.Durable.Results;

/// <summary>A batch that its holder ends, with the results of the problems that had none.</summary>
sealed record BatchEnd(BatchLease Lease, IReadOnlyList<ProblemResult> Results);
