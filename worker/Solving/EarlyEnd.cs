using RebaseBatch.Contracts;
using RebaseBatch.Core.Answers;
using RebaseBatch.Core.Searching;
using RebaseBatch.Durable.Budgets;

namespace RebaseBatch.Solving;

/// <summary>
/// The stored names of the reasons why a search ends before it is complete (<c>ended_by</c>). Results hold them: never rename one.
/// </summary>
static class EarlyEnd
{
    /// <summary>Nothing could change the job's own answer any more.</summary>
    public const string Decided = DecidedVote.Decided;

    /// <summary>The leading answer had the probability that the job asks for.</summary>
    public const string Confident = DecidedVote.Confident;

    public static string Of(BudgetLimit limit) => StoredNames.Of(limit);

    public static string Of(JobLimit limit) => StoredNames.Of(limit);
}
