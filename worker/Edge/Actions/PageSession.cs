using System.Security.Cryptography;
using System.Text;

namespace RebaseBatch.Edge.Actions;

/// <summary>Somebody who has given the token.</summary>
/// <param name="name">How he calls himself; not proved.</param>
sealed class PageSession(string name, long until)
{
    // Of this session alone: a form of another session, or of another action, does not fit.
    readonly byte[] _key = RandomNumberGenerator.GetBytes(32);

    string? _message;

    public string Name => name;

    /// <summary>When it ends, as a timestamp of the clock.</summary>
    public long Until => until;

    /// <summary>The secret of the form that does this.</summary>
    /// <param name="action">The path that the form is sent to.</param>
    public string FormToken(string action) =>
        Convert.ToHexStringLower(HMACSHA256.HashData(_key, Encoding.UTF8.GetBytes(action)));

    /// <summary>Whether the form was made for this session and this action; takes as long for every wrong one.</summary>
    public bool Fits(string action, string? formToken) => CryptographicOperations.FixedTimeEquals(
        Encoding.UTF8.GetBytes(FormToken(action)), Encoding.UTF8.GetBytes(formToken ?? ""));

    /// <summary>What the next page says once.</summary>
    public void Say(string message) => Volatile.Write(ref _message, message);

    public string? TakeMessage() => Interlocked.Exchange(ref _message, null);
}
