using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using RebaseBatch.Platform.Errors;
using RebaseBatch.Platform.Telemetry;

namespace RebaseBatch.Platform.Postgres.Embedded;

/// <summary>Revives the private database server when it dies under its workers. A configured server is its operator's.</summary>
sealed class PrivateServerWatch(DatabaseSession session, TimeProvider time, ILogger<PrivateServerWatch> log) : BackgroundService
{
    // Far below the lease: a server that comes back within it costs no batch its attempt.
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
