using Microsoft.Extensions.Logging;
using RebaseBatch.Platform.Async;
using RebaseBatch.Platform.Endurance;
using RebaseBatch.Platform.Telemetry;

namespace RebaseBatch.Platform.Postgres;

/// <summary>
/// Waits while the database is away. The caller limits the wait by its cancellation, which comes from the lease's keeper or from the drain.
/// </summary>
static class DatabaseRetry
{
    /// <summary>Waits between attempts.</summary>
    public static Backoff Backoff { get; } = new(TimeSpan.FromMilliseconds(100), TimeSpan.FromSeconds(2));

    /// <summary>
    /// Repeats the work until the database answers, or has refused the login for too long. Only for work that may be done twice.
    /// </summary>
    /// <param name="away">The fault that is told while the database is away; shared by all waits of one kind.</param>
    /// <exception cref="OperationCanceledException">Cancelled while waiting.</exception>
    public static async Task<T> UntilAvailableAsync<T>(
        Func<Task<T>> work, RepeatedFault away, TimeProvider time, ILogger log, CancellationToken ct)
    {
        var patience = new LoginPatience(time);
        for (var failures = 1; ; failures++)
        {
            var pause = Backoff.After(failures);
            try
            {
                var result = await work();
                away.Over();
                return result;
            }
            catch (Exception e) when (patience.Allows(e))
            {
                away.Happened(e, () => log.DatabaseAway(pause.TotalSeconds, e.Message));
            }

            await Task.Delay(pause, time, ct);
        }
    }
}
