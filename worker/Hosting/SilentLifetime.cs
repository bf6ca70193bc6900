using Microsoft.Extensions.Hosting;

namespace RebaseBatch.Hosting;

/// <summary>Leaves signals to <see cref="StopSignals"/>: the host's own lifetime would take the second one for itself.</summary>
sealed class SilentLifetime : IHostLifetime
{
    public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
