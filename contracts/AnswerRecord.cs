namespace RebaseBatch.Contracts;

/// <summary>One line of answers.jsonl: the committed result of one problem.</summary>
public sealed record AnswerRecord
{
    public required string CustomId { get; init; }
    public required string QuestionId { get; init; }
    public required long JobId { get; init; }
    public required int BatchNo { get; init; }

    /// <summary>The job's own answer (its voting method and aggregation); null when no candidate finished with an answer.</summary>
    public string? Answer { get; init; }

    /// <summary>Null when the gold answer is unknown.</summary>
    public bool? Correct { get; init; }

    public string? GoldAnswer { get; init; }
    public IReadOnlyList<VoteRecord> Votes { get; init; } = [];
    public IReadOnlyList<CandidateRecord> Candidates { get; init; } = [];

    /// <summary>Why this problem has no result; null for a solved one.</summary>
    public string? Error { get; init; }
}

/// <summary>What one voting method answers.</summary>
/// <param name="Aggregation">Null for the majority vote, which ignores scores.</param>
/// <param name="Share">The winner's part of all votes or weights, 0 to 1; for best-of-n the winning score.</param>
public sealed record VoteRecord(VotingMethod Method, ScoreAggregation? Aggregation, string? Answer, bool? Correct, double Share);

/// <summary>One finished solution.</summary>
/// <param name="Node">Number of its last node in the search tree.</param>
/// <param name="StepScores">Reward of each step, first to last; empty for an unscored search.</param>
public sealed record CandidateRecord(int Node, string? Answer, string Text, IReadOnlyList<double> StepScores);
