using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;
using RebaseBatch.Platform.Telemetry;

namespace RebaseBatch.Durable.Leases;

/// <summary>
/// Puts back the batches of workers that died. Every worker checks for them, and the first one to find such a batch puts it back.
/// </summary>
sealed class LeaseReaper(LeaseStore leases, TimeSpan lease, TimeSpan renew, TimeProvider time, ILogger<LeaseReaper> log) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        // At the start too: after a crash of the only worker, its own batches wait here.
        for (; ; await Task.Delay(renew, time, stoppingToken))
        {
            try
            {
                var count = await leases.ReapAsync(stoppingToken, (batch, fault) => log.BatchNotReaped(batch, fault.Message));
                if (count > 0) log.LeasesReaped(count);
            }
            catch (NpgsqlException e)
            {
                log.ReapFailed(e.Message);
                // After an outage the holders go first: they renew the leases that nobody took.
                await Task.Delay(lease, time, stoppingToken);
            }
        }
    }
}
