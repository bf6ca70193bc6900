namespace RebaseBatch.Contracts.Gates;

/// <summary>What a gate tolerates. It is a file beside the sweep, and stored with the schedule.</summary>
public sealed record GatePolicy
{
    /// <summary>
    /// The chance of a false BLOCK in one run if nothing got worse, over all critical cells together; above 0, at most 0.5.
    /// </summary>
    public double Level { get; init; } = 0.05;

    /// <summary>The chance with which a drop must be seen for "it would have been seen"; 0.5 to below 1.</summary>
    public double Power { get; init; } = 0.8;

    /// <summary>
    /// The drop of accuracy that is tolerated, and must be seen if there is more; a share of the problems, above 0, at most 1.
    /// </summary>
    public double MaxDrop { get; init; } = 0.05;

    /// <summary>The same as a share of the baseline's accuracy; the smaller of both counts. Null: only <see cref="MaxDrop"/>.</summary>
    public double? MaxRelativeDrop { get; init; }

    /// <summary>How old the newest finished run's results may be, from the end of its newest job; null: as old as they like.</summary>
    public TimeSpan? MaxAge { get; init; }

    /// <summary>
    /// True: a cell for which the run has results of before can't pass. False: it can, also if nothing at all was run anew. Null: it can
    /// if another critical cell was run anew.
    /// </summary>
    public bool? RequireFresh { get; init; }

    /// <summary>Whether a run is compared with a baseline that ran on another engine.</summary>
    public bool AllowEngineChange { get; init; }

    /// <summary>Rules for some cells. The first that fits a cell counts; a cell that none fits is critical.</summary>
    public IReadOnlyList<GateRule> Cells { get; init; } = [];
}
