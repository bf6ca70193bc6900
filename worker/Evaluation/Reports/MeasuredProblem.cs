namespace RebaseBatch.Evaluation.Reports;

/// <summary>What one job made of one problem that has a gold answer.</summary>
/// <param name="QuestionId">The question's key in its dataset.</param>
/// <param name="RightVotes">The votes that were right; none for a failed problem.</param>
/// <param name="IsRight">Whether the job's own answer is.</param>
/// <param name="PolicyFlops">2 × parameters × sampled tokens of the policy: the paper's column.</param>
/// <param name="PolicyEvaluatedFlops">2 × parameters × tokens that went through the policy.</param>
/// <param name="RewardFlops">2 × parameters × tokens that went through the reward model.</param>
/// <param name="PolicySeconds">Its share of the time in which the policy decoded.</param>
/// <param name="RewardSeconds">Likewise of the reward model.</param>
/// <param name="Level">How hard the dataset calls it; null where it does not say, or the job is older than that column.</param>
sealed record MeasuredProblem(
    string QuestionId, IReadOnlyList<Vote> RightVotes, bool IsRight,
    double PolicyFlops, double PolicyEvaluatedFlops, double RewardFlops, double PolicySeconds, double RewardSeconds,
    short? Level = null);
