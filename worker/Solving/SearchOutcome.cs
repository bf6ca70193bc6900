using System.Text.Json;
using RebaseBatch.Core.Searching;

namespace RebaseBatch.Solving;

/// <summary>What a search came to.</summary>
/// <param name="EndedBy">Why it ended before it was complete: a limit's name in snake_case, or <see cref="Decided"/>; null for a complete one.</param>
/// <param name="SavedTokens">An estimate of the tokens not sampled as the vote was decided.</param>
sealed record SearchOutcome(SearchTree Tree, string? EndedBy = null, long SavedTokens = 0)
{
    public const string Decided = "decided";

    public SearchOutcome(SearchTree tree, BudgetLimit limit) : this(tree, JsonNamingPolicy.SnakeCaseLower.ConvertName(limit.ToString())) { }
}
