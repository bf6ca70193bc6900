using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;
using RebaseBatch.Platform.Telemetry;

namespace RebaseBatch.Durable.Leases;

/// <summary>Puts batches back whose worker died: every worker looks, and the first to see it does it.</summary>
sealed class LeaseReaper(LeaseStore leases, TimeSpan lease, TimeSpan renew, TimeProvider time, ILogger<LeaseReaper> log) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        // At the start too: after a crash of the only worker its own batches wait here.
        for (; ; await Task.Delay(renew, time, stoppingToken))
        {
            try
            {
                if (await leases.ReapAsync(stoppingToken, (batch, fault) => log.BatchNotReaped(batch, fault.Message)) is > 0 and var count) log.LeasesReaped(count);
            }
            catch (NpgsqlException e)
            {
                log.ReapFailed(e.Message);
                // After an outage the holders come first: they renew what nobody took from them.
                await Task.Delay(lease, time, stoppingToken);
            }
        }
    }
}
