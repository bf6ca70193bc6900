using RebaseBatch.Contracts;

namespace RebaseBatch.Evaluation.Reports;

/// <summary>One job's result for one problem that has a gold answer.</summary>
sealed record MeasuredProblem
{
    /// <summary>The question's key in its dataset.</summary>
    public required string QuestionId { get; init; }

    /// <summary>The votes that were right; none for a failed problem.</summary>
    public required IReadOnlyList<VotingRule> RightVotes { get; init; }

    /// <summary>Whether the job's own answer is right; false for a failed problem, which figures leave out.</summary>
    public required bool IsRight { get; init; }

    /// <summary>Whether it has a result at all; false in a job that was cancelled before.</summary>
    public bool HasResult { get; init; } = true;

    /// <summary>Whether the result is an error.</summary>
    public bool Failed { get; init; }

    /// <summary>Whether the model left it unanswered: the search did not fail, and the job's own vote has no answer.</summary>
    public bool Unanswered { get; init; }

    /// <summary>The main cause of the missing answer, with the problem's solutions; null when it has an answer or failed.</summary>
    public UnansweredRecord? UnansweredBy { get; init; }

    /// <summary>The majority's answer; null if it has none.</summary>
    public string? MajorityAnswer { get; init; }

    /// <summary>As in <see cref="AnswerRecord.EndedBy"/>.</summary>
    public string? EndedBy { get; init; }

    /// <summary>Tokens that the policy did not sample because the search stopped early, as estimated then.</summary>
    public long SavedTokens { get; init; }

    /// <summary>2 × parameters × sampled tokens of the policy: the paper's column.</summary>
    public required double PolicyFlops { get; init; }

    /// <summary>2 × parameters × tokens that went through the policy.</summary>
    public required double PolicyEvaluatedFlops { get; init; }

    /// <summary>2 × parameters × tokens that went through the reward model.</summary>
    public required double RewardFlops { get; init; }

    /// <summary>2 × parameters × tokens that went through the embedding model; 0 without one.</summary>
    public double EmbeddingFlops { get; init; }

    /// <summary>Its share of the time in which the policy decoded; null for a policy on a server.</summary>
    public required double? PolicySeconds { get; init; }

    /// <summary>Its share of the time in which the reward model decoded; null for one on a server.</summary>
    public required double? RewardSeconds { get; init; }

    /// <summary>Its share of the time in which the embedding model read; 0 without one.</summary>
    public double EmbeddingSeconds { get; init; }

    /// <summary>From the start of its search to its answer, other searches beside it.</summary>
    public double? WallSeconds { get; init; }

    /// <summary>The dataset's level of difficulty; null if the dataset has none, or the job is older than that column.</summary>
    public short? Level { get; init; }
}
