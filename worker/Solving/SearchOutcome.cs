using RebaseBatch.Core.Searching;

namespace RebaseBatch.Solving;

/// <summary>The result of a search.</summary>
/// <param name="EndedBy">A name of <see cref="EarlyEnd"/> if the search ended before it was complete; null for a complete one.</param>
/// <param name="SavedTokens">An estimate of the tokens that were not sampled because the vote was decided.</param>
sealed record SearchOutcome(SearchTree Tree, string? EndedBy = null, long SavedTokens = 0);
