using Npgsql;

namespace RebaseBatch.Platform.Postgres;

/// <summary>
/// A pooler, such as PgBouncer, may give each transaction another session of the server. A statement that was prepared in one session is
/// not there in the next one.
/// </summary>
static class Pooler
{
    /// <summary>
    /// Whether one stands between. A pooler answers a login with a process id of its own, because it must find the session to cancel.
    /// Where a pooler passed on the server's id, this would say no; none is known that does so and changes sessions.
    /// </summary>
    public static async Task<bool> StandsBeforeAsync(NpgsqlDataSource db, CancellationToken ct)
    {
        await using var connection = await db.OpenConnectionAsync(ct);
        await using var command = new NpgsqlCommand("SELECT pg_backend_pid()", connection);
        return (int)(await command.ExecuteScalarAsync(ct))! != connection.ProcessID;
    }
}
