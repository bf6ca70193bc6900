using Microsoft.Extensions.Logging;
using Npgsql;
using RebaseBatch.Platform.Async;
using RebaseBatch.Platform.Endurance;
using RebaseBatch.Platform.Telemetry;

namespace RebaseBatch.Durable.Leases;

/// <summary>
/// Puts back the batches of workers that died. Every worker checks for them, and the first one to find such a batch puts it back.
/// </summary>
sealed class LeaseReaper(
    LeaseStore leases, TimeSpan lease, TimeSpan renew, TimeProvider time, ServiceFaults faults, ILogger<LeaseReaper> log)
    : EnduringService("lease reaper", time, faults, log)
{
    readonly RepeatedFault _notReaped = new("putting back a batch whose lease ran out", time, log);

    // After an outage the holders go first: they renew the leases that nobody took.
    protected override Backoff Pauses { get; } = new(lease, lease);

    // The first round is at the start: after a crash of the only worker, its own batches wait here.
    protected override async Task<TimeSpan> RoundAsync(CancellationToken stop)
    {
        var count = await leases.ReapAsync(
            stop, (batch, fault) => _notReaped.Happened(fault, () => Logger.BatchNotReaped(batch, fault.Message)));
        if (count > 0) Logger.LeasesReaped(count);
        return renew;
    }

    protected override void Tell(Exception fault)
    {
        if (fault is NpgsqlException) Logger.ReapFailed(fault.Message);
        else base.Tell(fault);
    }
}
