using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace RebaseBatch.Leases;

/// <summary>Puts batches back whose worker died: every worker looks, and the first to see it does it.</summary>
sealed partial class LeaseReaper(LeaseStore leases, TimeSpan lease, TimeSpan renew, TimeProvider time, ILogger<LeaseReaper> log) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        // At the start too: after a crash of the only worker its own batches wait here.
        for (; ; await Task.Delay(renew, time, stoppingToken))
        {
            try
            {
                if (await leases.ReapAsync(stoppingToken) is > 0 and var count) Reaped(log, count);
            }
            catch (NpgsqlException e)
            {
                ReapFailed(log, e.Message);
                // After an outage the holders come first: they renew what nobody took from them.
                await Task.Delay(lease, time, stoppingToken);
            }
        }
    }

    [LoggerMessage(EventId = 140, Level = LogLevel.Information, Message = "{Count} batches whose lease ran out were put back")]
    static partial void Reaped(ILogger log, int count);

    [LoggerMessage(EventId = 141, Level = LogLevel.Warning, Message = "expired leases could not be looked for: {Reason}")]
    static partial void ReapFailed(ILogger log, string reason);
}
