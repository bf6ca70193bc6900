namespace RebaseBatch.Evaluation.Schedules;

/// <summary>A run that has ended and has not been compared with its baseline yet.</summary>
/// <param name="DueAt">In UTC.</param>
sealed record UnjudgedRun(long ScheduleId, DateTime DueAt, long SweepId, long Baseline);
