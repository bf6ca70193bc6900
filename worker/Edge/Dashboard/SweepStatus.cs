namespace RebaseBatch.Edge.Dashboard;

/// <summary>The progress of a sweep, over all workers.</summary>
/// <param name="Ended">How many of its <paramref name="Jobs"/> completed or were cancelled.</param>
/// <param name="Report">Where this worker serves the report of its ended jobs; null while there is none.</param>
sealed record SweepStatus(long SweepId, string Name, int Jobs, int Ended, string? Report, DateTimeOffset EnqueuedAt)
{
    /// <summary>Problems of its jobs whose result is an error.</summary>
    public long Failed { get; init; }

    /// <summary>The schedule whose run it is; null for none.</summary>
    public string? Schedule { get; init; }

    /// <summary>Where this worker serves that schedule's history; null for none.</summary>
    public string? History { get; init; }
}
