using Microsoft.Extensions.Logging;
using RebaseBatch.Errors;

namespace RebaseBatch.Batches;

/// <summary>
/// Renews one lease on a connection of its own, sharing nothing with the work: a full pool or a busy model must not cost
/// the lease. The database's clock decides who holds it; here a monotonic clock only says how long to trust the last word.
/// </summary>
sealed partial class LeaseKeeper(LeaseStore leases, TimeSpan lease, TimeSpan renew, TimeProvider time, ILogger log)
{
    /// <summary>Returns when the batch has to be put down.</summary>
    /// <returns><see cref="LeaseState.CancelRequested"/> or <see cref="LeaseState.Lost"/>.</returns>
    public async Task<LeaseState> KeepAsync(BatchLease batch, CancellationToken ct)
    {
        // The claim's answer was on its way for a while: a margin of a fifth covers it, and the time to stop the work.
        var trust = lease * 0.8;
        var confirmed = time.GetTimestamp();
        while (true)
        {
            await Task.Delay(renew, time, ct);
            var asked = time.GetTimestamp();
            var left = trust - time.GetElapsedTime(confirmed, asked);
            // After a stop of the whole process (SIGSTOP, a suspended machine) the clock has moved on: ask before anything else.
            using var limit = CancellationTokenSource.CreateLinkedTokenSource(ct);
            limit.CancelAfter(left > renew ? left : renew);
            try
            {
                var state = await leases.RenewAsync(batch, lease, limit.Token);
                if (state != LeaseState.Held) return state;
                confirmed = asked;
            }
            catch (Exception e) when (!ct.IsCancellationRequested && (DatabaseFaults.IsUnavailable(e) || DatabaseFaults.IsPassing(e) || e is OperationCanceledException))
            {
                RenewalFailed(log, batch.BatchId, e.Message);
                if (time.GetElapsedTime(confirmed) >= trust) return LeaseState.Lost;
            }
        }
    }

    [LoggerMessage(EventId = 110, Level = LogLevel.Warning, Message = "renewal of batch {BatchId} failed: {Reason}")]
    static partial void RenewalFailed(ILogger log, long batchId, string reason);
}
