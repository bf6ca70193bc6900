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

    /// <summary>
    /// Lets the address try once. Many requests at once get no more tries than one after another: each is judged before the next may try.
    /// </summary>
    /// <param name="isRight">Judges the token, in microseconds.</param>
    /// <returns>What it says; null: too many were wrong, and the right token is refused as well, else the limit would tell it.</returns>
    public bool? Try(IPAddress from, Func<bool> isRight)
    {
        lock (_gate)
        {
            while (_wrong.TryPeek(out var oldest) && time.GetElapsedTime(oldest.At) >= s_window) _wrong.Dequeue();
            if (_wrong.Count >= MostOfAll || _wrong.Count(wrong => wrong.From.Equals(from)) >= MostOfOne) return null;
            if (isRight()) return true;
            _wrong.Enqueue((from, time.GetTimestamp()));
            return false;
        }
    }
}
