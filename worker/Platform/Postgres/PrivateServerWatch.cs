using Microsoft.Extensions.Logging;
using RebaseBatch.Platform.Async;
using RebaseBatch.Platform.Endurance;
using RebaseBatch.Platform.Errors;
using RebaseBatch.Platform.Telemetry;

namespace RebaseBatch.Platform.Postgres;

/// <summary>
/// Starts the private database server again when it dies while workers use it. A configured server is its operator's task.
/// </summary>
/// <param name="ensureRunning"><see cref="DatabaseSession.EnsureRunningAsync"/>.</param>
sealed class PrivateServerWatch(
    Func<CancellationToken, Task> ensureRunning, TimeProvider time, ServiceFaults faults, ILogger<PrivateServerWatch> log)
    : EnduringService("private server watch", time, faults, log)
{
    // Far shorter than the lease: if the server comes back in that time, no batch loses its attempt.
    static readonly TimeSpan s_pause = TimeSpan.FromSeconds(3);

    protected override Backoff Pauses { get; } = new(s_pause, s_pause);

    protected override async Task<TimeSpan> RoundAsync(CancellationToken stop)
    {
        await ensureRunning(stop);
        return s_pause;
    }

    protected override void Tell(Exception fault)
    {
        if (fault is UserException) Logger.ServerNotRevived(fault.Message);
        else base.Tell(fault);
    }
}
