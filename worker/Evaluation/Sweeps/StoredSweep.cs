namespace RebaseBatch.Evaluation.Sweeps;

/// <summary>A sweep as it was stored.</summary>
/// <param name="Jobs">Its jobs in the order of the spec.</param>
/// <param name="Enqueued">How many of them are new; the others existed already.</param>
sealed record StoredSweep(long SweepId, IReadOnlyList<long> Jobs, int Enqueued);
