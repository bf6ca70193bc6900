namespace RebaseBatch.Evaluation.Sweeps;

/// <summary>A worker was at work on a job, without a break, from then until then.</summary>
/// <param name="Worker">Empty where it is not known.</param>
/// <param name="From">Seconds since any one moment; likewise <paramref name="Until"/>.</param>
readonly record struct WorkSpan(long JobId, string Worker, double From, double Until);
