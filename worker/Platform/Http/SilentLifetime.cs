using Microsoft.Extensions.Hosting;

namespace RebaseBatch.Platform.Http;

/// <summary>Leaves signals to the program: a host's default lifetime would take the second one for itself.</summary>
sealed class SilentLifetime : IHostLifetime
{
    public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
