namespace RebaseBatch.Contracts.Gates;

/// <summary>What a gate tolerates in some cells. A property that is null fits every cell, or is as the policy says.</summary>
public sealed record GateRule
{
    /// <summary>The dataset's name, without <c>.jsonl</c>.</summary>
    public string? Dataset { get; init; }

    /// <summary>The policy model's name.</summary>
    public string? Policy { get; init; }

    public string? Reward { get; init; }

    public SearchStrategy? Strategy { get; init; }

    public int? Width { get; init; }

    public CellTier Tier { get; init; }

    /// <inheritdoc cref="GatePolicy.MaxDrop"/>
    public double? MaxDrop { get; init; }

    /// <inheritdoc cref="GatePolicy.MaxRelativeDrop"/>
    public double? MaxRelativeDrop { get; init; }
}
