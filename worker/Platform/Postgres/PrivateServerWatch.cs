using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using RebaseBatch.Platform.Errors;
using RebaseBatch.Platform.Telemetry;

namespace RebaseBatch.Platform.Postgres;

/// <summary>
/// Starts the private database server again when it dies while workers use it. A configured server is its operator's task.
/// </summary>
sealed class PrivateServerWatch(DatabaseSession session, TimeProvider time, ILogger<PrivateServerWatch> log) : BackgroundService
{
    // Far shorter than the lease: if the server comes back in that time, no batch loses its attempt.
    static readonly TimeSpan s_pause = TimeSpan.FromSeconds(3);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (true)
        {
            await Task.Delay(s_pause, time, stoppingToken);
            try
            {
                await session.EnsureRunningAsync(stoppingToken);
            }
            catch (UserException e)
            {
                log.ServerNotRevived(e.Message);
            }
        }
    }
}
