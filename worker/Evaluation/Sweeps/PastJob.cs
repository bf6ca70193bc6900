using RebaseBatch.Contracts;

namespace RebaseBatch.Evaluation.Sweeps;

/// <summary>What an ended job cost.</summary>
/// <param name="Problems">The number of problems with a result that is no error; at least 1.</param>
/// <param name="Seconds">Time of one worker at work on it. Waiting does not count, and time shared with other jobs counts in equal shares.
/// Null: not known.</param>
sealed record PastJob(string Policy, string? Reward, SearchStrategy Strategy, int Width, int Problems, double PolicyFlops,
    double TotalFlops, double? Seconds);
