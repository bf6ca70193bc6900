using Dapper;
using Npgsql;

namespace RebaseBatch.Platform.Postgres;

/// <summary>The clock that all machines share. Deadlines are held against it alone: a machine's own clock may be a day off.</summary>
static class DatabaseClock
{
    public static async Task<DateTimeOffset> NowAsync(NpgsqlConnection connection, CancellationToken ct) =>
        await connection.ExecuteScalarAsync<DateTime>(new("SELECT clock_timestamp()", cancellationToken: ct));
}
