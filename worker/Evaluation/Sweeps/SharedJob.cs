namespace RebaseBatch.Evaluation.Sweeps;

/// <summary>A job of a sweep that is not the sweep's alone.</summary>
/// <param name="OtherSweep">Another sweep that has it; null when it was there before the sweep and is of no other one.</param>
sealed record SharedJob(long JobId, long? OtherSweep);
