using RebaseBatch.Core.Answers;

namespace RebaseBatch.Evaluation.Reports.Trees;

/// <summary>One problem's whole search.</summary>
/// <param name="Answer">The job's own; null when there was none.</param>
/// <param name="Nodes">By number.</param>
/// <param name="Solutions">The answers of the finished solutions, by their last node.</param>
sealed record TreeCase(
    long JobId, string Search, string CustomId, string Question, string Gold, string? Answer, bool Correct,
    IReadOnlyList<TreeNode> Nodes, IReadOnlyDictionary<int, string?> Solutions)
{
    /// <summary>The last nodes of the solutions whose answer won the vote.</summary>
    public IReadOnlySet<int> Winners()
    {
        if (Answer is null) return new HashSet<int>();
        var key = AnswerReading.Of(Answer).Key;
        return Solutions.Where(solution => solution.Value is { } answer && AnswerReading.Of(answer).Key == key).Select(solution => solution.Key).ToHashSet();
    }
}
