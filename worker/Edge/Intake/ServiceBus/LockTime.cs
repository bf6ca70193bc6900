using Azure.Messaging.ServiceBus;

namespace RebaseBatch.Edge.Intake.ServiceBus;

/// <summary>
/// How long the queue's locks hold, without this machine's clock. A message has two times of the service's clock: when it came, and when
/// its lock ends. The second less the first is never shorter than a lock, and equals it for a message that was waited for.
/// </summary>
sealed class LockTime
{
    /// <summary>
    /// Taken for the length of a lock until a message shows that it is shorter. Most are a minute or more; a shorter one only means that
    /// more renewals are sent.
    /// </summary>
    static readonly TimeSpan s_longest = TimeSpan.FromSeconds(30);

    long _ticks = s_longest.Ticks;

    /// <summary>From the moment the message came, or its lock was renewed.</summary>
    public TimeSpan Of(ServiceBusReceivedMessage message)
    {
        var most = (message.LockedUntil - message.EnqueuedTime).Ticks;
        var known = Interlocked.Read(ref _ticks);
        while (most > 0 && most < known)
        {
            var seen = Interlocked.CompareExchange(ref _ticks, most, known);
            if (seen == known) return TimeSpan.FromTicks(most);
            known = seen;
        }
        return TimeSpan.FromTicks(known);
    }
}
