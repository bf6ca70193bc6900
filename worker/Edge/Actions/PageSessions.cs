using System.Security.Cryptography;
using System.Text;

namespace RebaseBatch.Edge.Actions;

/// <summary>
/// The sessions of a worker's page, in its memory: after a restart people give the token again, and what somebody keeps of a session that
/// has ended is worth nothing. Thread-safe.
/// </summary>
sealed class PageSessions(string token, TimeProvider time)
{
    /// <summary>How long a session lasts.</summary>
    public static readonly TimeSpan Lasts = TimeSpan.FromHours(12);

    // Whoever has the token could fill the memory otherwise.
    const int Most = 100;

    readonly byte[] _token = Hash(token);
    readonly Lock _gate = new();

    /// <summary>By the hash of the cookie: how long a look-up takes says nothing about the cookies.</summary>
    readonly Dictionary<string, PageSession> _sessions = [];

    /// <summary>Whether it is the token; takes as long for every wrong one.</summary>
    public bool IsToken(string? given) => CryptographicOperations.FixedTimeEquals(_token, Hash(given ?? ""));

    /// <summary>Begins a session.</summary>
    /// <returns>The cookie's value.</returns>
    public string Begin(string name)
    {
        var cookie = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(32));
        var session = new PageSession(name, time.GetTimestamp() + (long)(Lasts.TotalSeconds * time.TimestampFrequency));
        lock (_gate)
        {
            RemoveEnded();
            if (_sessions.Count >= Most) _sessions.Remove(_sessions.MinBy(pair => pair.Value.Until).Key);
            _sessions.Add(Key(cookie), session);
        }

        return cookie;
    }

    /// <summary>Null: there is no such session, or it has ended.</summary>
    public PageSession? Find(string? cookie)
    {
        if (cookie is null) return null;
        lock (_gate)
        {
            RemoveEnded();
            return _sessions.GetValueOrDefault(Key(cookie));
        }
    }

    public void End(string? cookie)
    {
        if (cookie is null) return;
        lock (_gate) _sessions.Remove(Key(cookie));
    }

    void RemoveEnded()
    {
        var now = time.GetTimestamp();
        foreach (var ended in _sessions.Where(pair => pair.Value.Until <= now).Select(pair => pair.Key).ToList()) _sessions.Remove(ended);
    }

    static string Key(string cookie) => Convert.ToHexString(Hash(cookie));

    static byte[] Hash(string text) => SHA256.HashData(Encoding.UTF8.GetBytes(text));
}
