using Microsoft.Extensions.Hosting;

namespace RebaseBatch.Results;

/// <summary>Drains the outbox while the worker runs.</summary>
sealed class OutboxService(OutboxWorker outbox) : BackgroundService
{
    protected override Task ExecuteAsync(CancellationToken stoppingToken) => outbox.RunAsync(stoppingToken);
}
