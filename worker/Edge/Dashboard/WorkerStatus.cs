namespace RebaseBatch.Edge.Dashboard;

/// <summary>What the page shows and <c>/api/status.json</c> says. Shares are 0 to 1, times in seconds, moments in UTC.</summary>
/// <param name="Worker">Id of the worker that answers.</param>
/// <param name="Draining">Whether it is putting its work down.</param>
/// <param name="DatabaseError">Why jobs and failures are those of an earlier look, or none; null while the database answers.</param>
/// <param name="SampledTokensPerSecond">Policy tokens of the steps that this worker finished, over the last seconds.</param>
/// <param name="SearchesInFlight">How many this worker has; <paramref name="Searches"/> may be fewer.</param>
/// <param name="Jobs">Of the whole database: the running ones first, then the queued, then the latest of the rest.</param>
/// <param name="Sweeps">Of the whole database: the latest ones.</param>
/// <param name="NewestReport">Where this worker serves the report of all ended jobs on the newest dataset; null without an ended job.</param>
/// <param name="Models">Those that this worker has loaded.</param>
/// <param name="Searches">Of this worker, the oldest first.</param>
/// <param name="Failures">Of the jobs shown, the latest first.</param>
sealed record WorkerStatus(
    string Worker, DateTimeOffset At, bool Draining, string? DatabaseError, double SampledTokensPerSecond, int SearchesInFlight,
    IReadOnlyList<JobStatus> Jobs, IReadOnlyList<SweepStatus> Sweeps, string? NewestReport, IReadOnlyList<ModelStatus> Models, IReadOnlyList<SearchStatus> Searches, IReadOnlyList<FailureStatus> Failures);
