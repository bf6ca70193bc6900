using Microsoft.Extensions.Logging;
using RebaseBatch.Platform.Telemetry;

namespace RebaseBatch.Edge.Intake;

/// <summary>
/// Keeps a message's lock, for hours if need be. A lost lock loses nothing: the queue delivers the message again, and it becomes one job
/// however often that happens.
/// </summary>
sealed class MessageLock(IIntakeQueue queue, IntakeMessage message, TimeProvider time, ILogger log)
{
    /// <summary>No queue of Service Bus has a longer lock: after this time without an answer it has run out.</summary>
    static readonly TimeSpan s_longestLock = TimeSpan.FromMinutes(5);

    static readonly TimeSpan s_least = TimeSpan.FromSeconds(1);

    /// <summary>The time between tries while the queue does not answer: even the shortest half of a lock has some of them.</summary>
    static readonly TimeSpan s_again = TimeSpan.FromSeconds(2);

    /// <summary>
    /// Renews at half time until cancelled, or until the lock is lost. A queue that does not answer is asked again, because a lock outlives
    /// a broken connection.
    /// </summary>
    public async Task KeepAsync(CancellationToken ct)
    {
        var (pause, renewedAt) = (HalfUntil(message.LockedUntil), time.GetTimestamp());
        try
        {
            while (true)
            {
                await Task.Delay(pause, time, ct);
                try
                {
                    // The client may not look at the token while its call is on the way.
                    var until = await queue.RenewAsync(message, ct).WaitAsync(ct);
                    (pause, renewedAt) = (HalfUntil(until), time.GetTimestamp());
                }
                catch (IOException) when (time.GetElapsedTime(renewedAt) < s_longestLock)
                {
                    pause = s_again;
                }
            }
        }
        catch (OperationCanceledException) when (ct.IsCancellationRequested)
        {
            // The message has been settled.
        }
        catch (Exception e)
        {
            log.MessageLockLost(message.Id, e.Message);
        }
    }

    TimeSpan HalfUntil(DateTimeOffset until)
    {
        var half = (until - time.GetUtcNow()) / 2;
        return half > s_least ? half : s_least;
    }
}
