using RebaseBatch.Core.Answers;

namespace RebaseBatch.Evaluation.Reports.Trees;

/// <summary>One problem's whole search.</summary>
sealed record SearchTree
{
    public required long JobId { get; init; }

    public required string Search { get; init; }

    public required string CustomId { get; init; }

    /// <summary>The problem's place in the job's dataset, from 0.</summary>
    public int Place { get; init; }

    public required string Question { get; init; }

    public required string Gold { get; init; }

    /// <summary>The job's own answer; null if there was none.</summary>
    public required string? Answer { get; init; }

    public required bool Correct { get; init; }

    /// <summary>In the order of their numbers.</summary>
    public required IReadOnlyList<TreeNode> Nodes { get; init; }

    /// <summary>The answers of the finished solutions, by their last node.</summary>
    public required IReadOnlyDictionary<int, string?> Solutions { get; init; }

    /// <summary>The last nodes of the solutions whose answer won the vote.</summary>
    public IReadOnlySet<int> Winners()
    {
        if (Answer is null) return new HashSet<int>();
        var key = AnswerReading.Of(Answer).Key;
        return Solutions.Where(solution => solution.Value is { } answer && AnswerReading.Of(answer).Key == key)
            .Select(solution => solution.Key).ToHashSet();
    }
}
