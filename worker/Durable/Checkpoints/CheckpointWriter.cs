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
    readonly Dictionary<long, StoredTree> _stored = [];
    List<CheckpointEntry> _due = [];
    HashSet<long> _ended = [];
    RewoundException? _rewound;

    /// <summary>Starts the clock of a search.</summary>
    /// <param name="stored">What is stored of it.</param>
    public void Begin(long problem, StoredTree stored = default)
    {
        lock (_gate) (_activeSince[problem], _stored[problem]) = (time.GetTimestamp(), stored);
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

    /// <summary>
    /// The search has ended, and all its steps were added. This is stored with them, so that people see that the problem is done before its
    /// batch is. No result depends on it.
    /// </summary>
    public void Ended(long problem)
    {
        lock (_gate) _ended.Add(problem);
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
    /// <exception cref="RewoundException">The database lost steps that this writer had stored. Every later call throws it too.</exception>
    public async Task<bool> FlushAsync(CancellationToken ct)
    {
        await _flushing.WaitAsync(ct);
        List<CheckpointEntry> entries;
        HashSet<long> ended;
        Dictionary<long, double> seconds = [];
        Dictionary<long, long> since = [];
        Dictionary<long, StoredTree> builtOn = [];
        lock (_gate)
        {
            (entries, _due) = (_due, []);
            (ended, _ended) = (_ended, []);
            var now = time.GetTimestamp();
            foreach (var problem in entries.Select(e => e.ProblemId).Distinct())
            {
                since[problem] = _activeSince[problem];
                seconds[problem] = time.GetElapsedTime(since[problem], now).TotalSeconds;
                _activeSince[problem] = now;
                builtOn[problem] = _stored[problem];
            }
        }

        try
        {
            if (_rewound is not null) throw _rewound;
            if (entries.Count == 0 && ended.Count == 0) return true;
            if (!await StoreAsync(entries, seconds, builtOn, ended, ct)) return false;
            lock (_gate)
                foreach (var steps in entries.CountBy(e => e.ProblemId)) _stored[steps.Key] = builtOn[steps.Key].With(steps.Value);
            return true;
        }
        catch (Exception e)
        {
            // The next flush may reach another server, where the steps would fit: they are no longer asked about.
            _rewound ??= e as RewoundException;
            // Nobody knows whether it was stored. It is sent again with its time, and rows that are there stay as they are.
            lock (_gate)
            {
                _due.InsertRange(0, entries);
                _ended.UnionWith(ended);
                foreach (var (problem, start) in since) _activeSince[problem] = start;
            }

            throw;
        }
        finally
        {
            _flushing.Release();
        }
    }

    /// <summary>
    /// Deletes the stored steps of a search that can't be continued, and forgets those that are due. The caller makes sure that no step of
    /// the search is still being sampled.
    /// </summary>
    /// <returns>What is stored now: nothing. Null: the lease is lost.</returns>
    public async Task<StoredTree?> RestartAsync(long problem, CancellationToken ct)
    {
        // A flush under way may contain steps of the search.
        await _flushing.WaitAsync(ct);
        try
        {
            StoredTree anew;
            lock (_gate)
            {
                _due.RemoveAll(entry => entry.ProblemId == problem);
                _ended.Remove(problem);
                anew = new(0, _stored[problem].Restarts + 1);
            }

            if (!await store.RestartAsync(lease, problem, anew.Restarts, ct)) return null;
            lock (_gate) (_activeSince[problem], _stored[problem]) = (time.GetTimestamp(), anew);
            return anew;
        }
        finally
        {
            _flushing.Release();
        }
    }

    /// <inheritdoc cref="CheckpointStore.RecountAsync"/>
    public Task<long> RecountAsync(CancellationToken ct) => store.RecountAsync(lease, ct);

    async Task<bool> StoreAsync(
        List<CheckpointEntry> entries, Dictionary<long, double> seconds, Dictionary<long, StoredTree> builtOn, HashSet<long> ended,
        CancellationToken ct)
    {
        using var span = Spans.Start("checkpoint")?
            .SetTag("job_id", lease.JobId).SetTag("batch_no", lease.BatchNo).SetTag("rows", entries.Count);
        var started = time.GetTimestamp();
        try
        {
            var held = await store.AppendAsync(lease, entries, seconds, ct, builtOn, ended);
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
