using RebaseBatch.Contracts;

namespace RebaseBatch.Durable.Results;

/// <summary>
/// The result of a search. The ids, the question and the gold answer in the records are not stored: the tables have them.
/// </summary>
sealed record ProblemResult(long ProblemId, AnswerRecord Answer, UsageRecord Usage)
{
    /// <summary>Whether the usage is the sum over the problem's stored steps. Then it is compared with them before the commit.</summary>
    public bool SumsStoredSteps { get; init; }
}
