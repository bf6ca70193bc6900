namespace RebaseBatch.Evaluation.Flips;

/// <summary>A problem that exactly one of two runs was right about.</summary>
sealed record Flip
{
    public required FlipKind Kind { get; init; }

    /// <summary>The cell in words.</summary>
    public required string Cell { get; init; }

    public required long Seed { get; init; }

    public required string CustomId { get; init; }

    public required ProblemGroups Groups { get; init; }

    public required string Question { get; init; }

    /// <summary>The right answer.</summary>
    public required string Gold { get; init; }

    public required FlipSide First { get; init; }

    public required FlipSide Second { get; init; }
}
