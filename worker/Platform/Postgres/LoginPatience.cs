namespace RebaseBatch.Platform.Postgres;

/// <summary>
/// Which faults of the database a worker that holds batches waits out: those that pass, and for a while a refused login. While an operator
/// changes the password, the server refuses it for some seconds, and that must not drop the batches in hand. A start with a wrong password
/// is refused at once, because <see cref="DatabaseWait"/> does not use this. One for each wait; not thread-safe.
/// </summary>
sealed class LoginPatience(TimeProvider time)
{
    /// <summary>A password that is refused for longer is wrong.</summary>
    public static readonly TimeSpan Limit = TimeSpan.FromMinutes(2);

    long? _refusedSince;

    /// <summary>Whether to try again after this fault.</summary>
    public bool Allows(Exception fault)
    {
        if (!DatabaseFaults.IsLoginRefused(fault)) return DatabaseFaults.IsPassing(fault);
        _refusedSince ??= time.GetTimestamp();
        return time.GetElapsedTime(_refusedSince.Value) < Limit;
    }

    /// <summary>The database answered.</summary>
    public void Answered() => _refusedSince = null;
}
