namespace RebaseBatch.Edge.Dashboard;

/// <summary>What a loaded model's engine does, over the last seconds.</summary>
sealed record ModelStatus
{
    /// <summary>policy or reward.</summary>
    public required string Role { get; init; }

    public required string Model { get; init; }

    /// <summary>Tokens that went through the model, prompts and re-encoded ones included.</summary>
    public required double TokensPerSecond { get; init; }

    /// <summary>The used share of the decode calls' capacity.</summary>
    public required double BatchFill { get; init; }

    /// <summary>Branches that decoded together, on average.</summary>
    public required double BranchesPerCall { get; init; }

    /// <summary>KV cells in use now, of <see cref="Cells"/>.</summary>
    public required int CellsUsed { get; init; }

    public required int Cells { get; init; }

    /// <summary>Requests that have a branch that waits for admission now.</summary>
    public required int Waiting { get; init; }

    /// <summary>Kept prefixes that were evicted for space, since the model was loaded.</summary>
    public required long Evictions { get; init; }

    /// <summary>Tokens that had been encoded before, since the model was loaded.</summary>
    public required long ReencodedTokens { get; init; }
}
