namespace RebaseBatch.Durable.Checkpoints;

/// <summary>
/// The database no longer holds what this worker stored under its lease: it lost commits (an asynchronous failover, synchronous_commit off,
/// a restored backup). Nothing was written. The holder gives the batch back, and the search goes on from what the database holds.
/// </summary>
sealed class RewoundException(string found) : Exception($"the database has lost commits: {found}");
