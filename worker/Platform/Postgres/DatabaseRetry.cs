using Microsoft.Extensions.Logging;
using RebaseBatch.Platform.Async;
using RebaseBatch.Platform.Telemetry;

namespace RebaseBatch.Platform.Postgres;

/// <summary>
/// Waits while the database is away. The caller limits the wait by its cancellation, which comes from the lease's keeper or from the drain.
/// </summary>
static class DatabaseRetry
{
    /// <summary>Waits between attempts.</summary>
    public static Backoff Backoff { get; } = new(TimeSpan.FromMilliseconds(100), TimeSpan.FromSeconds(2));

    /// <summary>Repeats the work until the database answers. Only for work that may be done twice.</summary>
    /// <exception cref="OperationCanceledException">Cancelled while waiting.</exception>
    public static async Task<T> UntilAvailableAsync<T>(Func<Task<T>> work, TimeProvider time, ILogger log, CancellationToken ct)
    {
        for (var failures = 1; ; failures++)
        {
            var pause = Backoff.After(failures);
            try
            {
                return await work();
            }
            catch (Exception e) when (DatabaseFaults.IsPassing(e))
            {
                log.DatabaseAway(pause.TotalSeconds, e.Message);
            }

            await Task.Delay(pause, time, ct);
        }
    }
}
