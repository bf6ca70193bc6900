using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using RebaseBatch.Durable.Batches;
using RebaseBatch.Platform.Async;
using RebaseBatch.Platform.Endurance;
using RebaseBatch.Platform.Telemetry;

namespace RebaseBatch.Durable.Leases;

/// <summary>
/// Renews one lease on a pool of its own and shares nothing with the work: a full pool or a busy model must not cost the lease. Only the
/// database says that a lease is lost. While it does not answer, work goes on. Every write is fenced, so the worst case is wasted work, and
/// most likely nobody else wanted the batch meanwhile.
/// </summary>
sealed class LeaseKeeper(LeaseStore leases, TimeSpan lease, TimeSpan renew, LeaseMetrics metrics, TimeProvider time, ILogger log)
{
    readonly RepeatedFault _fault = new("the renewal of leases", time, log);
    readonly ConcurrentDictionary<BatchLease, long> _renewedAt = new(ReferenceEqualityComparer.Instance);

    /// <summary>The longest time since a batch's last claim or renewal; null when this worker holds no batch.</summary>
    public TimeSpan? LongestUnrenewed => _renewedAt.Values.Select(at => (TimeSpan?)time.GetElapsedTime(at)).Max();

    /// <summary>Returns when the worker has to stop work on the batch.</summary>
    /// <returns>Any state except <see cref="LeaseState.Held"/>.</returns>
    public async Task<LeaseState> KeepAsync(BatchLease batch, CancellationToken ct)
    {
        _renewedAt[batch] = time.GetTimestamp();
        try
        {
            return await RenewAsync(batch, ct);
        }
        finally
        {
            _renewedAt.TryRemove(batch, out _);
        }
    }

    async Task<LeaseState> RenewAsync(BatchLease batch, CancellationToken ct)
    {
        while (true)
        {
            await Task.Delay(renew, time, ct);
            var renewal = TryAsync(batch, ct);
            try
            {
                // On a dead connection or a full pool the renewal could take longer than the lease. This call abandons it.
                var state = await renewal.WaitAsync(renew < s_longestTry ? renew : s_longestTry, time, ct);
                if (state != LeaseState.Held) return state;
                metrics.Renewed(time.GetElapsedTime(_renewedAt[batch]) - renew);
                _renewedAt[batch] = time.GetTimestamp();
                _fault.Over();
            }
            catch (Exception e) when (!ct.IsCancellationRequested)
            {
                _fault.Happened(e, () => log.LeaseNotRenewed(batch.BatchId, e.Message));
                renewal.ObserveFault();
            }
        }
    }

    /// <summary>
    /// An abandoned renewal may still succeed, but keeps its connection for a third of the lease at most: then the next renewal, perhaps
    /// on the only connection, comes long before the lease runs out.
    /// </summary>
    async Task<LeaseState> TryAsync(BatchLease batch, CancellationToken ct)
    {
        using var enough = new CancellationTokenSource(lease / 3, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(enough.Token, ct);
        return await leases.RenewAsync(batch, lease, either.Token);
    }

    static readonly TimeSpan s_longestTry = TimeSpan.FromSeconds(5);
}
