using Microsoft.Extensions.Hosting;

namespace RebaseBatch.Platform.Http;

/// <summary>Leaves signals to the program. The host's own lifetime would also handle the second signal.</summary>
sealed class SilentLifetime : IHostLifetime
{
    public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
