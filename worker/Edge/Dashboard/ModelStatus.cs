namespace RebaseBatch.Edge.Dashboard;

/// <summary>What a loaded model's engine does, over the last seconds.</summary>
/// <param name="Role">policy or reward.</param>
/// <param name="TokensPerSecond">Tokens that went through the model, prompts and re-encoded ones included.</param>
/// <param name="BatchFill">Share of the decode calls' room that was used.</param>
/// <param name="BranchesPerCall">Branches that decoded together, on average.</param>
/// <param name="CellsUsed">KV cells in use now, of <paramref name="Cells"/>.</param>
/// <param name="Waiting">Requests of which a branch waits to be let in, now.</param>
/// <param name="Evictions">Kept prefixes given up for room, since the model was loaded.</param>
/// <param name="ReencodedTokens">Tokens that had been encoded before, since the model was loaded.</param>
sealed record ModelStatus(
    string Role, string Model, double TokensPerSecond, double BatchFill, double BranchesPerCall, int CellsUsed, int Cells, int Waiting, long Evictions, long ReencodedTokens);
