namespace RebaseBatch.Reports;

/// <summary>A job, or all jobs of a sweep, by its number.</summary>
readonly record struct RunName(bool IsSweep, long Id);
