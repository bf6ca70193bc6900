namespace RebaseBatch.Evaluation.Flips;

/// <summary>What one run made of a problem.</summary>
/// <param name="Job">The job's number.</param>
/// <param name="Place">The problem's place in the job's dataset, from 0.</param>
/// <param name="Answer">The job's answer; null if no solution has one.</param>
/// <param name="Solution">The whole text of the best solution; null if none finished.</param>
/// <param name="Score">Its score, 0 to 1, by the job's aggregation; null without a reward model.</param>
/// <param name="HasTree">Whether the search's steps are still stored.</param>
sealed record FlipSide(long Job, int Place, string? Answer, string? Solution, double? Score, bool HasTree);
