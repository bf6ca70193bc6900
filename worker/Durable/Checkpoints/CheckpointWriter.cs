using Microsoft.Extensions.Logging;
using RebaseBatch.Core.Searching;
using RebaseBatch.Durable.Batches;
using RebaseBatch.Platform.Endurance;
using RebaseBatch.Platform.Postgres;
using RebaseBatch.Platform.Telemetry;

namespace RebaseBatch.Durable.Checkpoints;

/// <summary>
/// Collects the finished steps of one batch and stores them together, about every quarter of a second. A crash costs only the steps that
/// are here and not stored yet.
/// </summary>
sealed class CheckpointWriter(
    CheckpointStore store, BatchLease lease, TimeSpan interval, CheckpointMetrics metrics, TimeProvider time,
    RepeatedFault delayed, ILogger log) : IDisposable
{
    /// <summary>When this many steps are due, they are stored at once, before the interval ends.</summary>
    const int FullAt = 256;

    readonly Lock _gate = new();
    readonly SemaphoreSlim _flushing = new(1);
    readonly SemaphoreSlim _full = new(0);
    readonly Dictionary<long, long> _activeSince = [];
    List<CheckpointEntry> _due = [];

    /// <summary>Starts the clock of a search.</summary>
    public void Begin(long problem)
    {
        lock (_gate) _activeSince[problem] = time.GetTimestamp();
    }

    /// <summary>Takes a finished step, from any thread, and stores it within the interval.</summary>
    public void Add(long problem, SearchNode node)
    {
        bool full;
        lock (_gate)
        {
            _due.Add(new(problem, node));
            full = _due.Count == FullAt;
        }

        if (full) _full.Release();
    }

    /// <summary>Stores what is due until the lease is lost or <paramref name="ct"/> is cancelled.</summary>
    /// <returns>When the lease is lost.</returns>
    public async Task RunUntilLostAsync(CancellationToken ct)
    {
        var patience = new LoginPatience(time);
        while (true)
        {
            await _full.WaitAsync(interval, ct);
            try
            {
                if (!await FlushAsync(ct)) return;
                patience.Answered();
            }
            catch (Exception e) when (patience.Allows(e))
            {
                // The steps stay due. The keeper of the lease decides how long that may go on.
                delayed.Happened(e, () => log.CheckpointDelayed(lease.BatchId, e.Message));
            }
        }
    }

    /// <summary>Stores all that is due now.</summary>
    /// <returns>False: the lease is lost, and another worker samples the steps that were due.</returns>
    public async Task<bool> FlushAsync(CancellationToken ct)
    {
        await _flushing.WaitAsync(ct);
        List<CheckpointEntry> entries;
        Dictionary<long, double> seconds = [];
        Dictionary<long, long> since = [];
        lock (_gate)
        {
            (entries, _due) = (_due, []);
            var now = time.GetTimestamp();
            foreach (var problem in entries.Select(e => e.ProblemId).Distinct())
            {
                since[problem] = _activeSince[problem];
                seconds[problem] = time.GetElapsedTime(since[problem], now).TotalSeconds;
                _activeSince[problem] = now;
            }
        }

        try
        {
            return entries.Count == 0 || await StoreAsync(entries, seconds, ct);
        }
        catch
        {
            // Nobody knows whether it was stored. It is sent again with its time, and rows that are there stay as they are.
            lock (_gate)
            {
                _due.InsertRange(0, entries);
                foreach (var (problem, start) in since) _activeSince[problem] = start;
            }

            throw;
        }
        finally
        {
            _flushing.Release();
        }
    }

    async Task<bool> StoreAsync(List<CheckpointEntry> entries, Dictionary<long, double> seconds, CancellationToken ct)
    {
        using var span = Spans.Start("checkpoint")?
            .SetTag("job_id", lease.JobId).SetTag("batch_no", lease.BatchNo).SetTag("rows", entries.Count);
        var started = time.GetTimestamp();
        try
        {
            var held = await store.AppendAsync(lease, entries, seconds, ct);
            metrics.Stored(entries.Count, time.GetElapsedTime(started));
            delayed.Over();
            return held;
        }
        catch (Exception e)
        {
            span?.Fail(e);
            throw;
        }
    }

    public void Dispose()
    {
        _flushing.Dispose();
        _full.Dispose();
    }
}
