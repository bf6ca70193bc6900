namespace RebaseBatch.Edge.Dashboard;

/// <summary>What the page shows and <c>/api/status.json</c> says. Shares are 0 to 1, times in seconds, moments in UTC.</summary>
sealed record WorkerStatus
{
    /// <summary>Id of the worker that answers.</summary>
    public required string Worker { get; init; }

    public required DateTimeOffset At { get; init; }

    /// <summary>Whether the worker drains.</summary>
    public required bool Draining { get; init; }

    /// <summary>Why the jobs and failures are out of date or missing; null while the database answers.</summary>
    public required string? DatabaseError { get; init; }

    /// <summary>Policy tokens of the steps that this worker finished, over the last seconds.</summary>
    public required double SampledTokensPerSecond { get; init; }

    /// <summary>How many searches this worker has; <see cref="Searches"/> may contain fewer.</summary>
    public required int SearchesInFlight { get; init; }

    /// <summary>Jobs of the whole database: the running ones first, then the queued, then the latest of the others.</summary>
    public required IReadOnlyList<JobStatus> Jobs { get; init; }

    /// <summary>The latest sweeps of the whole database.</summary>
    public required IReadOnlyList<SweepStatus> Sweeps { get; init; }

    /// <summary>Where this worker serves the report of all ended jobs on the newest dataset; null without an ended job.</summary>
    public required string? NewestReport { get; init; }

    /// <summary>The models that this worker has loaded.</summary>
    public required IReadOnlyList<ModelStatus> Models { get; init; }

    /// <summary>Searches of this worker, the oldest first.</summary>
    public required IReadOnlyList<SearchStatus> Searches { get; init; }

    /// <summary>Failures of the jobs shown, the latest first.</summary>
    public required IReadOnlyList<FailureStatus> Failures { get; init; }
}
