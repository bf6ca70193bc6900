namespace RebaseBatch.Evaluation.Sweeps;

/// <summary>A time span in which a worker worked on a job without a break.</summary>
/// <param name="Worker">Empty where it is not known.</param>
/// <param name="From">Seconds since any fixed moment.</param>
/// <param name="Until">Seconds since the same moment.</param>
readonly record struct WorkSpan(long JobId, string Worker, double From, double Until);
