using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using RebaseBatch.Durable.Batches;
using RebaseBatch.Durable.Jobs;
using RebaseBatch.Durable.Leases;
using RebaseBatch.Platform.Async;
using RebaseBatch.Platform.Telemetry;

namespace RebaseBatch.Solving;

/// <summary>
/// The main loop: while this worker may hold another batch, it claims one and runs it; when there is no work, it waits. Any number of
/// workers may share one database: Postgres gives each batch to one of them.
/// </summary>
sealed class BatchWorker(
    LeaseStore leases, BatchRunner runner, EnqueueListener listener, FreeCapacity capacity, MachineLacks lacks, WorkerOptions options,
    ILogger<BatchWorker> log)
    : BackgroundService
{
    readonly List<Task> _running = [];

    // One of the running batches may have killed its last worker: no other is claimed beside it.
    bool _runsAlone;

    /// <summary>Runs until <paramref name="stoppingToken"/> is cancelled and every batch of this worker has ended here.</summary>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            await ClaimAndRunAsync(stoppingToken);
        }
        finally
        {
            // Each batch stores its last steps and gives its lease back. The host's grace time limits this wait.
            await Task.WhenAll(_running);
        }
    }

    async Task ClaimAndRunAsync(CancellationToken stoppingToken)
    {
        var poll = options.Poll;
        var looks = 1;
        while (!stoppingToken.IsCancellationRequested)
        {
            _running.RemoveAll(batch => batch.IsCompleted);
            _runsAlone &= _running.Count > 0;
            var claimed = await ClaimAsync(Places);
            foreach (var lease in claimed ?? [])
            {
                _runsAlone |= lease.IsAlone;
                _running.Add(runner.RunAsync(lease, stoppingToken));
            }

            capacity.Set(claimed is not null && Places > 0);

            // Polling alone finds all work, and backs off while there is none. A notification only shortens the wait.
            looks = claimed is [_, ..] ? 1 : looks + 1;
            // Workers that start together must not query the queue together each time.
            await WaitAsync(poll.After(looks) * Backoff.Jitter(Random.Shared.NextDouble()), stoppingToken);
        }
    }

    int Places => _runsAlone ? 0 : options.MaxBatches - _running.Count;

    /// <returns>Null when the queue could not be queried.</returns>
    async Task<IReadOnlyList<BatchLease>?> ClaimAsync(int places)
    {
        if (places <= 0) return [];
        try
        {
            // A crash between the claim's commit and the run: the lease runs out and the reaper puts the batch back.
            // A stop does not cancel the claim: if it was committed and this worker did not learn of it, the batch would wait until its
            // lease runs out. So the claim ends first, and the batch is given back at once.
            var (idle, leftOut) = (_running.Count == 0, lacks.Now());
            if (!idle && await leases.ReserveAsync(options.Id, options.Lease, leftOut, CancellationToken.None)) return [];
            return await leases.ClaimAsync(options.Id, places, options.Lease, idle, leftOut, CancellationToken.None);
        }
        catch (Exception e)
        {
            // No fault here may end the batches that already run, and the next query may succeed.
            log.ClaimFailed(e.Message);
            return null;
        }
    }

    async Task WaitAsync(TimeSpan idle, CancellationToken ct)
    {
        using var done = CancellationTokenSource.CreateLinkedTokenSource(ct);
        Task[] waits = Places > 0
            // A full worker waits for the end of a batch only; others also wait for new work.
            ? [.. _running, listener.WaitAsync(idle, done.Token)]
            : [.. _running, Task.Delay(Timeout.Infinite, done.Token)];
        await Task.WhenAny(waits);
        await done.CancelAsync();
        await waits[^1].ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }
}
