namespace RebaseBatch.Edge.Dashboard;

/// <summary>What the page shows and <c>/api/status.json</c> says. Shares are 0 to 1, times in seconds, moments in UTC.</summary>
sealed record WorkerStatus
{
    /// <summary>Id of the worker that answers.</summary>
    public required string Worker { get; init; }

    public required DateTimeOffset At { get; init; }

    /// <summary>Whether it drains.</summary>
    public required bool Draining { get; init; }

    /// <summary>Why the jobs and failures are old, or none are shown; null while the database answers.</summary>
    public required string? DatabaseError { get; init; }

    /// <summary>Policy tokens of the steps that this worker finished, over the last seconds.</summary>
    public required double SampledTokensPerSecond { get; init; }

    /// <summary>How many this worker has; <see cref="Searches"/> may be fewer.</summary>
    public required int SearchesInFlight { get; init; }

    /// <summary>Of the whole database: the running ones first, then the queued, then the latest of the rest.</summary>
    public required IReadOnlyList<JobStatus> Jobs { get; init; }

    /// <summary>Of the whole database: the latest ones.</summary>
    public required IReadOnlyList<SweepStatus> Sweeps { get; init; }

    /// <summary>Where this worker serves the report of all ended jobs on the newest dataset; null without an ended job.</summary>
    public required string? NewestReport { get; init; }

    /// <summary>Those that this worker has loaded.</summary>
    public required IReadOnlyList<ModelStatus> Models { get; init; }

    /// <summary>Of this worker, the oldest first.</summary>
    public required IReadOnlyList<SearchStatus> Searches { get; init; }

    /// <summary>Of the jobs shown, the latest first.</summary>
    public required IReadOnlyList<FailureStatus> Failures { get; init; }
}
