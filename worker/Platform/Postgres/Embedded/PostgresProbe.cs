using System.Net.Sockets;
using Npgsql;

namespace RebaseBatch.Platform.Postgres.Embedded;

/// <summary>Asks a server whether it accepts connections.</summary>
static class PostgresProbe
{
    const int TimeoutSeconds = 3;

    public static async Task<PostgresAnswer> AskAsync(PostgresEndpoint endpoint, CancellationToken ct)
    {
        var settings = endpoint.To("postgres", PrivateRoles.Admin);
        settings.Pooling = false;
        settings.Timeout = TimeoutSeconds;
        try
        {
            await using var connection = new NpgsqlConnection(settings.ConnectionString);
            await connection.OpenAsync(ct);
            return PostgresAnswer.Ready;
        }
        catch (PostgresException e)
        {
            // Any other refusal, such as too many connections, comes from a working server.
            return e.SqlState == PostgresErrorCodes.CannotConnectNow ? PostgresAnswer.Busy : PostgresAnswer.Ready;
        }
        catch (NpgsqlException e) when (e.InnerException is SocketException)
        {
            return PostgresAnswer.Absent;
        }
        catch (Exception e) when (e is NpgsqlException or TimeoutException)
        {
            ct.ThrowIfCancellationRequested();
            return PostgresAnswer.Silent;
        }
    }
}
