namespace RebaseBatch.Inference.Engine;

/// <summary>How one engine schedules its branches.</summary>
sealed record EngineOptions
{
    /// <summary>Branches that decode at once, 1 to the context's sequences.</summary>
    public int MaxBranches { get; init; } = 64;

    /// <summary>Free cells kept per running branch when another one is let in, so that those inside can grow a while before one must yield.</summary>
    public int HeadroomTokens { get; init; } = 16;
}
