using Microsoft.Extensions.Hosting;
using RebaseBatch.Results;

namespace RebaseBatch.Hosting;

/// <summary>Writes result files for as long as the worker runs.</summary>
sealed class OutboxService(OutboxWorker outbox) : BackgroundService
{
    protected override Task ExecuteAsync(CancellationToken stoppingToken) => outbox.RunAsync(stoppingToken);
}
