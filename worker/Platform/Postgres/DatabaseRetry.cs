using Microsoft.Extensions.Logging;
using RebaseBatch.Platform.Telemetry;

namespace RebaseBatch.Platform.Postgres;

/// <summary>Waits out a database that is away. How long that may go on is decided by whoever cancels: the lease's keeper, or the drain.</summary>
static class DatabaseRetry
{
    static readonly TimeSpan s_first = TimeSpan.FromMilliseconds(100), s_longest = TimeSpan.FromSeconds(2);

    /// <summary>Does the same again until the database answers. Only for work that may be done twice.</summary>
    /// <exception cref="OperationCanceledException">Cancelled while waiting.</exception>
    public static async Task<T> UntilAvailableAsync<T>(Func<Task<T>> work, TimeProvider time, ILogger log, CancellationToken ct)
    {
        for (var pause = s_first; ; pause = pause * 2 < s_longest ? pause * 2 : s_longest)
        {
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
