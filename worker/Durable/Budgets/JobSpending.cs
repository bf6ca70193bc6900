using Microsoft.Extensions.Logging;
using RebaseBatch.Core.Searching;
using RebaseBatch.Durable.Checkpoints;
using RebaseBatch.Platform.Postgres;
using RebaseBatch.Platform.Telemetry;

namespace RebaseBatch.Durable.Budgets;

/// <summary>
/// What one job with a budget of its own has spent, over all workers and attempts, as this worker knows it: its own steps at once, be they
/// stored or not; the others' as of its last look at the database, which it takes before a wave once the checkpoint interval is over.
/// <para>
/// A job goes over its budget by what is under way when the budget is reached, and no more: on each worker one wave of each search in
/// flight, together at most max(2 × MaxBranches, width) steps (the slots of searches), and, of several workers, by what the others
/// sampled since the last look, which is up to a checkpoint interval old (longer where a look takes more than a tenth of that) and misses
/// what they had not stored yet. While the database is away, the others' part stays as it was last seen. Steps that were lost with a lease
/// count until the next look.
/// </para>
/// </summary>
sealed class JobSpending(long jobId, JobLimits limits, CheckpointStore store, TimeSpan interval, TimeProvider time, ILogger log) : IDisposable
{
    // A look at a very large job takes long: it must not take more than a tenth of the database's time.
    const int LongestShare = 10;

    readonly SemaphoreSlim _looking = new(1);
    long _lookedAt;
    TimeSpan _pause;

    public JobTally Tally { get; } = new();

    /// <summary>The limit of the job that leaves nothing; null while all leave something.</summary>
    /// <param name="policyParameters">Of the job's policy, for the FLOPs.</param>
    public async ValueTask<JobLimit?> ReachedAsync(long policyParameters, CancellationToken ct)
    {
        DecodedWork? known;
        while ((known = Tally.Total) is null || IsDue()) await LookAsync(ct);
        return limits.Reached(known.Value, policyParameters);
    }

    public void Dispose() => _looking.Dispose();

    bool IsDue() => time.GetElapsedTime(Interlocked.Read(ref _lookedAt)) >= _pause;

    async Task LookAsync(CancellationToken ct)
    {
        await _looking.WaitAsync(ct);
        try
        {
            // Another search may have looked while this one waited.
            if (Tally.Total is not null && !IsDue()) return;
            var started = time.GetTimestamp();
            try
            {
                while (true)
                {
                    var look = Tally.BeginLook();
                    if (Tally.EndLook(look, await store.WorkStoredAsync(jobId, look.LeftOut, ct))) break;
                }
            }
            catch (Exception e) when (DatabaseFaults.IsPassing(e) && !ct.IsCancellationRequested)
            {
                log.JobSpendingUnread(jobId, e.Message);
                // Without any sum there is nothing to go by, and the database is needed for the first step of a batch anyway.
                if (Tally.Total is null) await Task.Delay(interval, time, ct);
            }

            var taken = time.GetElapsedTime(started) * LongestShare;
            _pause = taken > interval ? taken : interval;
            Interlocked.Exchange(ref _lookedAt, time.GetTimestamp());
        }
        finally
        {
            _looking.Release();
        }
    }
}
