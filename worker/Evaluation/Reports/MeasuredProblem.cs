namespace RebaseBatch.Evaluation.Reports;

/// <summary>What one job made of one problem that has a gold answer.</summary>
sealed record MeasuredProblem
{
    /// <summary>The question's key in its dataset.</summary>
    public required string QuestionId { get; init; }

    /// <summary>The votes that were right; none for a failed problem.</summary>
    public required IReadOnlyList<VotingRule> RightVotes { get; init; }

    /// <summary>Whether the job's own answer is.</summary>
    public required bool IsRight { get; init; }

    /// <summary>2 × parameters × sampled tokens of the policy: the paper's column.</summary>
    public required double PolicyFlops { get; init; }

    /// <summary>2 × parameters × tokens that went through the policy.</summary>
    public required double PolicyEvaluatedFlops { get; init; }

    /// <summary>2 × parameters × tokens that went through the reward model.</summary>
    public required double RewardFlops { get; init; }

    /// <summary>Its share of the time in which the policy decoded.</summary>
    public required double PolicySeconds { get; init; }

    /// <summary>Likewise of the reward model.</summary>
    public required double RewardSeconds { get; init; }

    /// <summary>How hard the dataset calls it; null where it does not say, or the job is older than that column.</summary>
    public short? Level { get; init; }
}
