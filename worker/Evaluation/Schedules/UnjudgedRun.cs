namespace RebaseBatch.Evaluation.Schedules;

/// <summary>A run that is over and is to be held against a baseline.</summary>
/// <param name="DueAt">In UTC.</param>
sealed record UnjudgedRun(long ScheduleId, DateTime DueAt, long SweepId, long Baseline);
