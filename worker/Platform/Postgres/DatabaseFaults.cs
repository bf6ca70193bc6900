using System.Net.Sockets;
using Azure.Identity;
using Npgsql;
using RebaseBatch.Platform.Errors;

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

    /// <summary>
    /// The fault is the database's, and this program is not to blame: its connection broke or never came about, it lacks room, memory or
    /// what the program expects in it, or it has a fault of its own. The classes are those of PostgreSQL's documentation, appendix A.
    /// </summary>
    public static bool IsOfDatabase(Exception fault) => fault switch
    {
        NpgsqlOperationInProgressException => false,
        PostgresException refused => refused.SqlState is PostgresErrorCodes.UntranslatableCharacter
                or PostgresErrorCodes.CharacterNotInRepertoire || IsOtherSchema(refused)
            || refused.SqlState[..2] is "53" or "54" or "57" or "58" or "F0" or "XX",
        NpgsqlException => true,
        _ => false,
    };

    // Somebody has dropped a table or a function, or the search path leads elsewhere.
    static bool IsOtherSchema(PostgresException refused) => refused.SqlState is PostgresErrorCodes.UndefinedTable
        or PostgresErrorCodes.UndefinedColumn or PostgresErrorCodes.UndefinedFunction or PostgresErrorCodes.InvalidSchemaName;

    public static string Sentence(Exception fault) => fault switch
    {
        PostgresException { SqlState: PostgresErrorCodes.LockNotAvailable } locked =>
            $"another session of the database holds a lock on what is needed: {locked.MessageText} (try again, or end that session)",
        PostgresException { SqlState: PostgresErrorCodes.QueryCanceled } cancelled =>
            $"the database cancelled a statement: {cancelled.MessageText} (try again)",
        PostgresException
        {
            SqlState: PostgresErrorCodes.UntranslatableCharacter or PostgresErrorCodes.CharacterNotInRepertoire
        } letter => $"the database can't store a text: {letter.MessageText}",
        PostgresException other when IsOtherSchema(other) =>
            $"the database lacks what this program expects in it: {other.MessageText} (see 'rebase db status', and check the search path)",
        PostgresException { SqlState: ['5', '3' or '4', ..] } full when !IsAway(full) =>
            $"the database has no room: {full.MessageText} (free disk space or memory on its server)",
        PostgresException { SqlState: ['5', '8', ..] or ['X', 'X', ..] or ['F', '0', ..] } ill =>
            $"the database has a fault of its own: {ill.MessageText} (its server's log says more)",
        PostgresException refused => $"the database refuses: {refused.MessageText} (check Rebase:Database:ConnectionString)",
        NpgsqlException { InnerException: AuthenticationFailedException tokenless } =>
            $"there is no token to authenticate at the database with: {tokenless.Message.Split('\n')[0].TrimEnd('.', '\r')} (check "
                + "Rebase:Database:Authentication and the identity of this machine)",
        NpgsqlException when fault.Message.StartsWith("SSL connection requested", StringComparison.Ordinal) =>
            "the database's server takes no encrypted connections, and SSL Mode in Rebase:Database:ConnectionString asks for one: switch "
                + "TLS on at the server, or set SSL Mode=Prefer",
        _ => $"the database can't be reached: {Reason(fault)} (check Rebase:Database:ConnectionString and that the server runs)",
    };

    /// <summary>
    /// Npgsql can read the connection string and can't connect by it: no server, a port or an encoding that does not exist.
    /// </summary>
    public static UserException Unusable(Exception fault) => new(ExitCode.BadInput,
        $"Rebase:Database:ConnectionString can't be used: {fault.Message.ReplaceLineEndings(" ").TrimEnd('.')}; write it as "
            + "'Host=db.example;Port=5432;Username=rebase;Password=...;Database=rebase'", fault);

    static string Reason(Exception fault)
    {
        var reason = fault.InnerException is { } inner and not IOException && !fault.Message.Contains(inner.Message)
            ? $"{fault.Message}: {inner.Message}" : fault.Message;
        return reason.ReplaceLineEndings(" ").TrimEnd('.');
    }
}
