using Microsoft.Extensions.Logging;
using RebaseBatch.Core.Searching;
using RebaseBatch.Durable.Checkpoints;
using RebaseBatch.Platform.Endurance;
using RebaseBatch.Platform.Postgres;
using RebaseBatch.Platform.Telemetry;

namespace RebaseBatch.Durable.Budgets;

/// <summary>
/// What one job with limits has spent, over all workers and attempts, as this worker knows it. Its own steps count at once, stored or not.
/// The steps of other workers count as of the last query of the database; before a wave, the worker queries again if the checkpoint
/// interval is over.
/// <para>
/// A job exceeds a limit by the work that is running when the limit is reached, and by no more. On each worker this is one wave of each
/// search in flight, together at most max(2 × MaxBranches, width) steps (the search slots). With several workers it is also what the others
/// sampled since the last query. That query is up to a checkpoint interval old (older if a query takes more than a tenth of the interval),
/// and it misses the steps that the others had not stored yet. While the database is away, the last known figure of the others counts.
/// Steps that were lost with a lease count until the next query.
/// </para>
/// </summary>
sealed class JobSpending(
    long jobId, JobLimits limits, CheckpointStore store, TimeSpan interval, TimeProvider time, ILogger log) : IDisposable
{
    // The query takes long for a very large job: it must not run for more than a tenth of the time.
    const int LongestShare = 10;

    readonly RepeatedFault _unread = new($"reading the spending on job {jobId}", time, log);
    readonly SemaphoreSlim _querying = new(1);
    long _queriedAt;
    TimeSpan _pause;

    public JobTally Tally { get; } = new();

    /// <summary>The limits of the newest claim: they may have changed since the first one.</summary>
    public JobLimits Limits { get; set; } = limits;

    /// <summary>The limit that the job has reached; null while it has reached none.</summary>
    /// <param name="policyParameters">Number of parameters of the job's policy, for the FLOPs.</param>
    public async ValueTask<JobLimit?> ReachedAsync(long policyParameters, CancellationToken ct)
    {
        DecodedWork? known;
        while ((known = Tally.Total) is null || IsDue()) await QueryAsync(ct);
        return Limits.Reached(known.Value, policyParameters);
    }

    public void Dispose() => _querying.Dispose();

    bool IsDue() => time.GetElapsedTime(Interlocked.Read(ref _queriedAt)) >= _pause;

    async Task QueryAsync(CancellationToken ct)
    {
        await _querying.WaitAsync(ct);
        try
        {
            // Another search may have queried while this one waited.
            if (Tally.Total is not null && !IsDue()) return;
            var started = time.GetTimestamp();
            try
            {
                while (true)
                {
                    var query = Tally.BeginQuery();
                    if (Tally.EndQuery(query, await store.WorkStoredAsync(jobId, query.LeftOut, ct))) break;
                }

                _unread.Over();
            }
            catch (Exception e) when (
                (DatabaseFaults.IsPassing(e) || DatabaseFaults.IsLoginRefused(e)) && !ct.IsCancellationRequested)
            {
                _unread.Happened(e, () => log.JobSpendingUnread(jobId, e.Message));
                // Without any sum nothing can be decided, and the first step of a batch needs the database anyway.
                if (Tally.Total is null) await Task.Delay(interval, time, ct);
            }

            var taken = time.GetElapsedTime(started) * LongestShare;
            _pause = taken > interval ? taken : interval;
            Interlocked.Exchange(ref _queriedAt, time.GetTimestamp());
        }
        finally
        {
            _querying.Release();
        }
    }
}
