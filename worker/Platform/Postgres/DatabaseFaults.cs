using System.Net.Sockets;
using Azure.Identity;
using Npgsql;

namespace RebaseBatch.Platform.Postgres;

/// <summary>Tells three kinds of faults apart: the database is away, it refuses, or this program is at fault.</summary>
static class DatabaseFaults
{
    /// <summary>The server can't be reached or accepts no connection now; waiting may help.</summary>
    public static bool IsAway(Exception fault) => fault switch
    {
        PostgresException refused => refused.SqlState.StartsWith("57P", StringComparison.Ordinal)
            // Read-only: after a failover these connections still lead to the former primary.
            || refused.SqlState is PostgresErrorCodes.TooManyConnections or PostgresErrorCodes.ConnectionFailure
                or PostgresErrorCodes.ReadOnlySqlTransaction
                // PgBouncer answers with it while the server behind it is away.
                or PostgresErrorCodes.ProtocolViolation,
        // Entra ID is sometimes away too, and a new identity works only after some minutes. Without any identity, waiting does not help.
        NpgsqlException { InnerException: AuthenticationFailedException tokenless } => tokenless is not CredentialUnavailableException,
        NpgsqlException unreached => unreached.InnerException is SocketException or IOException or TimeoutException
            || unreached.IsTransient,
        SocketException or TimeoutException => true,
        _ => false,
    };

    /// <summary>
    /// The same work may succeed later: the server is away, or had no room, or there was a conflict, a lock that was not free in time
    /// (55P03, which is transient for Npgsql), or somebody cancelled the statement.
    /// </summary>
    public static bool IsPassing(Exception fault) =>
        fault is NpgsqlException { IsTransient: true } or PostgresException { SqlState: PostgresErrorCodes.QueryCanceled } || IsAway(fault);

    /// <summary>
    /// The server refuses this user or password. It passes while a password is changed, and stays if the settings are wrong:
    /// <see cref="LoginPatience"/>.
    /// </summary>
    public static bool IsLoginRefused(Exception fault) => fault is PostgresException
    {
        SqlState: PostgresErrorCodes.InvalidPassword or PostgresErrorCodes.InvalidAuthorizationSpecification
    };

    /// <summary>
    /// No work is possible on this database: it is away, or it refuses this user, password or database name, or there is no identity to
    /// authenticate with.
    /// </summary>
    public static bool IsUnavailable(Exception fault) => IsAway(fault)
        || fault is NpgsqlException { InnerException: CredentialUnavailableException }
        || fault is PostgresException refused && (refused.SqlState.StartsWith("28", StringComparison.Ordinal)
            || refused.SqlState is PostgresErrorCodes.InvalidCatalogName or PostgresErrorCodes.InsufficientPrivilege);

    public static string Sentence(Exception fault) => fault switch
    {
        PostgresException { SqlState: PostgresErrorCodes.LockNotAvailable } locked =>
            $"another session of the database holds a lock on what is needed: {locked.MessageText} (try again, or end that session)",
        PostgresException { SqlState: PostgresErrorCodes.QueryCanceled } cancelled =>
            $"the database cancelled a statement: {cancelled.MessageText} (try again)",
        PostgresException refused => $"the database refuses: {refused.MessageText} (check Rebase:Database:ConnectionString)",
        NpgsqlException { InnerException: AuthenticationFailedException tokenless } =>
            $"there is no token to authenticate at the database with: {tokenless.Message.Split('\n')[0].TrimEnd('.', '\r')} (check "
                + "Rebase:Database:Authentication and the identity of this machine)",
        _ => $"the database can't be reached: {Reason(fault)} (check Rebase:Database:ConnectionString and that the server runs)",
    };

    static string Reason(Exception fault)
    {
        var reason = fault.InnerException is SocketException or TimeoutException
            ? $"{fault.Message}: {fault.InnerException.Message}" : fault.Message;
        return reason.ReplaceLineEndings(" ").TrimEnd('.');
    }
}
