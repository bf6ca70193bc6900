using System.Net;

namespace RebaseBatch.Edge.Actions;

/// <summary>Lets an address guess a token a few times a minute, and all addresses together a little more often. Thread-safe.</summary>
sealed class WrongTokens(TimeProvider time)
{
    const int MostOfOne = 5, MostOfAll = 50;

    static readonly TimeSpan s_window = TimeSpan.FromMinutes(1);

    readonly Lock _gate = new();

    /// <summary>Those of the last minute, the oldest first; never more than <see cref="MostOfAll"/>.</summary>
    readonly Queue<(IPAddress From, long At)> _wrong = [];

    /// <summary>Whether the address may try now. The right token is refused as well: else the limit would tell it.</summary>
    public bool Allows(IPAddress from)
    {
        lock (_gate)
        {
            while (_wrong.TryPeek(out var oldest) && time.GetElapsedTime(oldest.At) >= s_window) _wrong.Dequeue();
            return _wrong.Count < MostOfAll && _wrong.Count(wrong => wrong.From.Equals(from)) < MostOfOne;
        }
    }

    public void Add(IPAddress from)
    {
        lock (_gate) _wrong.Enqueue((from, time.GetTimestamp()));
    }
}
