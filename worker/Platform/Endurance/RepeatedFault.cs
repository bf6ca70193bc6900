using Microsoft.Extensions.Logging;
using Npgsql;
using RebaseBatch.Platform.Telemetry;

namespace RebaseBatch.Platform.Endurance;

/// <summary>
/// Logs a fault that a loop meets again and again: the first time, then once a minute with the count, and once when it is over. A night
/// without the database must not fill the log with lines that say the same. Thread-safe.
/// </summary>
/// <param name="what">What fails, as the subject of a sentence, such as <c>the claim of batches</c>.</param>
sealed class RepeatedFault(string what, TimeProvider time, ILogger log)
{
    /// <summary>The time between two lines of one kind of fault.</summary>
    public static readonly TimeSpan Every = TimeSpan.FromMinutes(1);

    readonly Lock _gate = new();
    readonly Dictionary<string, (long ToldAt, int Untold)> _kinds = [];
    long _since;
    int _count;
    bool _told;

    /// <summary>The fault happened.</summary>
    /// <param name="first">Writes the line of a fault of this kind that was not told within the last minute.</param>
    public void Happened(Exception fault, Action first)
    {
        var kind = fault is PostgresException refused ? refused.SqlState : fault.GetType().Name;
        lock (_gate)
        {
            if (_count++ == 0) _since = time.GetTimestamp();
            if (_kinds.TryGetValue(kind, out var known) && time.GetElapsedTime(known.ToldAt) < Every)
            {
                _kinds[kind] = known with { Untold = known.Untold + 1 };
                return;
            }

            _told = true;
            _kinds[kind] = (time.GetTimestamp(), 0);
            var (count, seconds) = (known.Untold + 1, time.GetElapsedTime(known.ToldAt).TotalSeconds);
            if (count == 1) first();
            else log.FaultRepeats(what, count, seconds, fault.Message);
        }
    }

    /// <summary>The work succeeded. Says so if a fault was told since the last success.</summary>
    public void Over()
    {
        // Nearly every call finds nothing: this is in the loops that renew leases and store steps.
        if (Volatile.Read(ref _count) == 0) return;
        lock (_gate)
        {
            var seconds = time.GetElapsedTime(_since).TotalSeconds;
            if (_told) log.FaultOver(what, _count, seconds);
            (_count, _told) = (0, false);
        }
    }
}
