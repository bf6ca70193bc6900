using Microsoft.Extensions.Logging;
using Npgsql;
using RebaseBatch.Durable.Batches;
using RebaseBatch.Durable.Jobs;
using RebaseBatch.Durable.Leases;
using RebaseBatch.Platform.Async;
using RebaseBatch.Platform.Endurance;
using RebaseBatch.Platform.Telemetry;

namespace RebaseBatch.Solving;

/// <summary>
/// The main loop: while this worker may hold another batch, it claims one and runs it; when there is no work, it waits. Any number of
/// workers may share one database: Postgres gives each batch to one of them.
/// </summary>
sealed class BatchWorker(
    LeaseStore leases, BatchRunner runner, EnqueueListener listener, FreeCapacity capacity, MachineLacks lacks, WorkerOptions options,
    TimeProvider time, ServiceFaults faults, ILogger<BatchWorker> log) : EnduringService("batches", time, faults, log)
{
    /// <summary>How soon a worker that works, and so does not listen, finds a new job.</summary>
    static readonly TimeSpan s_busyPoll = TimeSpan.FromSeconds(1);

    /// <summary>How long a worker that ends when it is idle finds nothing before: a batch of a dead worker is put back meanwhile.</summary>
    static readonly TimeSpan s_idle = TimeSpan.FromSeconds(1);

    readonly List<Task> _running = [];
    readonly string[] _meets = [.. options.LabelSet.Meets];
    readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    int _looks = 1;
    int _taken;
    long? _idleSince;

    // One of the running batches may have killed its last worker: no other is claimed beside it.
    bool _runsAlone;

    int Places => _runsAlone ? 0 : Math.Min(options.MaxBatches - _running.Count, Left);

    int Left => options.EndAfterBatches is { } most ? most - _taken : int.MaxValue;

    /// <summary>Completes when this worker is to end by itself: it was idle, or has run as many batches as it should.</summary>
    public Task Ended => _ended.Task;

    // The claim alone says whether the database is there.
    protected override bool RoundsSucceed => false;

    protected override async Task<TimeSpan> RoundAsync(CancellationToken stop)
    {
        // The runner handles every failure of a batch. One that it throws nevertheless leaves the lease to run out.
        foreach (var batch in _running)
            if (batch.Exception is { } fault) Failed(fault.InnerException ?? fault);
        _running.RemoveAll(batch => batch.IsCompleted);
        _runsAlone &= _running.Count > 0;
        var claimed = await ClaimAsync(Places);
        foreach (var lease in claimed ?? [])
        {
            _runsAlone |= lease.IsAlone;
            _running.Add(runner.RunAsync(lease, stop));
        }

        _taken += claimed?.Count ?? 0;
        capacity.Set(claimed is not null && Places > 0);
        if (IsOver(claimed)) _ended.TrySetResult();

        // Polling alone finds all work, and backs off while there is none. A notification only shortens the wait.
        _looks = claimed is [_, ..] ? 1 : _looks + 1;
        // Workers that start together must not query the queue together each time.
        await WaitAsync(options.Poll.After(_looks) * Backoff.Jitter(Random.Shared.NextDouble()), stop);
        return TimeSpan.Zero;
    }

    /// <summary>Each batch stores its last steps and gives its lease back. The host's grace time limits this wait.</summary>
    protected override async Task EndAsync() => await Task.WhenAll(_running).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);

    protected override void Tell(Exception fault)
    {
        if (fault is NpgsqlException) Logger.ClaimFailed(fault.Message);
        else base.Tell(fault);
    }

    bool IsOver(IReadOnlyList<BatchLease>? claimed)
    {
        if (_running.Count > 0 || claimed is not []) _idleSince = null;
        else _idleSince ??= Time.GetTimestamp();
        return _running.Count == 0 && Left == 0
            || options.UntilIdle && _idleSince is { } since && Time.GetElapsedTime(since) >= s_idle;
    }

    /// <returns>Null when the queue could not be queried.</returns>
    async Task<IReadOnlyList<BatchLease>?> ClaimAsync(int places)
    {
        if (places <= 0) return [];
        try
        {
            // A crash between the claim's commit and the run: the lease runs out and the reaper puts the batch back.
            // A stop does not cancel the claim: if it was committed and this worker did not learn of it, the batch would wait until its
            // lease runs out. So the claim ends first, and the batch is given back at once.
            var (idle, leftOut) = (_running.Count == 0, lacks.Now() with { Only = options.Only, Meets = _meets });
            if (!idle && await leases.ReserveAsync(options.Id, options.Lease, leftOut, CancellationToken.None)) return [];
            var claimed = await leases.ClaimAsync(options.Id, places, options.Lease, idle, leftOut, CancellationToken.None);
            Succeeded();
            return claimed;
        }
        catch (Exception e)
        {
            // No fault here may end the batches that already run, and the next query may succeed.
            Failed(e);
            return null;
        }
    }

    async Task WaitAsync(TimeSpan idle, CancellationToken ct)
    {
        using var done = CancellationTokenSource.CreateLinkedTokenSource(ct);
        // The connection that listens is one of those that renew leases: many workers share the connections of one server.
        if (_running.Count > 0) await listener.ReleaseAsync();
        Task[] waits = [.. _running, _running.Count switch
        {
            0 => listener.WaitAsync(idle, done.Token),
            // A full worker waits for the end of a batch only; others also look for new work.
            _ when Places > 0 => Task.Delay(idle < s_busyPoll ? idle : s_busyPoll, done.Token),
            _ => Task.Delay(Timeout.Infinite, done.Token),
        }];
        await Task.WhenAny(waits);
        await done.CancelAsync();
        await waits[^1].ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }
}
