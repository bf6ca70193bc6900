using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using RebaseBatch.Durable.Batches;
using RebaseBatch.Durable.Jobs;
using RebaseBatch.Durable.Leases;
using RebaseBatch.Platform.Async;
using RebaseBatch.Platform.Telemetry;

namespace RebaseBatch.Solving;

/// <summary>
/// The main loop: while there is a free place, claim a batch and run it; when there is no work, wait for some. Several
/// workers may run against one database; Postgres deals the batches out.
/// </summary>
sealed class BatchWorker(
    LeaseStore leases, BatchRunner runner, EnqueueListener listener, FreeCapacity capacity, WorkerOptions options, ILogger<BatchWorker> log) : BackgroundService
{
    readonly List<Task> _running = [];

    /// <summary>Runs until <paramref name="stoppingToken"/> is cancelled and every batch in hand is put down.</summary>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            await ClaimAndRunAsync(stoppingToken);
        }
        finally
        {
            // A batch ends by checkpointing and giving its lease back; the host's grace time bounds this wait.
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
            var claimed = await ClaimAsync(options.MaxBatches - _running.Count);
            foreach (var lease in claimed ?? []) _running.Add(runner.RunAsync(lease, stoppingToken));
            capacity.Set(claimed is not null && _running.Count < options.MaxBatches);

            // Polling is the truth and backs off while nothing comes; a notification only cuts the wait short.
            looks = claimed is [_, ..] ? 1 : looks + 1;
            // Workers that start together must not look together for ever.
            await WaitAsync(poll.After(looks) * Backoff.Jitter(Random.Shared.NextDouble()), stoppingToken);
        }
    }

    /// <returns>Null when the queue could not be looked into.</returns>
    async Task<IReadOnlyList<BatchLease>?> ClaimAsync(int places)
    {
        if (places <= 0) return [];
        try
        {
            // A crash between the claim's commit and its run: the lease runs out and the reaper puts the batch back.
            // Not cancelled by a stop: a claim that was committed and not heard of would wait for its lease to run out. Its batch is given
            // back at once instead.
            return await leases.ClaimAsync(options.Id, places, options.Lease, CancellationToken.None);
        }
        catch (Exception e)
        {
            // Whatever it is, the batches in hand are not to suffer for it, and the next look may fare better.
            log.ClaimFailed(e.Message);
            return null;
        }
    }

    async Task WaitAsync(TimeSpan idle, CancellationToken ct)
    {
        using var enough = CancellationTokenSource.CreateLinkedTokenSource(ct);
        Task[] waits = _running.Count < options.MaxBatches
            // With all places taken only the end of a batch matters; else new work does too.
            ? [.. _running, listener.WaitAsync(idle, enough.Token)]
            : [.. _running, Task.Delay(Timeout.Infinite, enough.Token)];
        await Task.WhenAny(waits);
        await enough.CancelAsync();
        await waits[^1].ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }
}
