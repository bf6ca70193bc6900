using RebaseBatch.Contracts;

namespace RebaseBatch.Evaluation.Sweeps;

/// <summary>What a job that ended came to.</summary>
/// <param name="Problems">With a result; at least 1.</param>
/// <param name="Seconds">Of one worker at work on it: waiting is none, and time shared with other jobs counts by shares. Null: not known.</param>
sealed record PastJob(string Policy, string? Reward, SearchStrategy Strategy, int Width, int Problems, double PolicyFlops, double TotalFlops, double? Seconds);
