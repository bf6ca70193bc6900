namespace RebaseBatch.Platform.Remote;

/// <summary>None of a host's addresses may be connected to.</summary>
sealed class GuardedConnectionException(string host) : IOException($"no address of {host} is allowed");
