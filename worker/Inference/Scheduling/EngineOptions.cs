using RebaseBatch.Inference.Ports;

namespace RebaseBatch.Inference.Scheduling;

/// <summary>How one engine schedules its branches.</summary>
sealed record EngineOptions
{
    /// <summary>Branches that decode at once, 1 to the context's sequences.</summary>
    public int MaxBranches { get; init; } = 64;

    /// <summary>Branches of one search that a lane serves well: a wave of more is dealt over several, if there are lanes to spare.</summary>
    public int BranchesPerLane { get; init; } = 16;

    /// <summary>Free cells kept per running branch when another one is let in, so that those inside can grow a while before one must yield.</summary>
    public int HeadroomTokens { get; init; } = 16;

    /// <summary>Where the threads of a decode call come from; null lets every call have its own.</summary>
    public ThreadBudget? Threads { get; init; }

    /// <summary>What branches are given to go on from.</summary>
    public ModelOutput Output { get; init; }

    /// <summary>Threads among which the draws of one call are dealt, once they are enough to be worth it.</summary>
    public int DrawThreads { get; init; } = 1;

    /// <summary>Threads of one decode call.</summary>
    public int ThreadsPerCall { get; init; } = 1;
}
