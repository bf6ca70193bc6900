using Azure.Core;
using Npgsql;

namespace RebaseBatch.Platform.Postgres;

/// <summary>Makes the connection pools of a run.</summary>
static class DatabaseSources
{
    // Azure Database for PostgreSQL as an application of Microsoft Entra ID.
    static readonly TokenRequestContext s_database = new(["https://ossrdbms-aad.database.windows.net/.default"]);

    /// <param name="application">The application name that the server shows for the connections, unless the connection string names
    /// one.</param>
    /// <param name="most">The most connections of the pool, unless the connection string allows fewer.</param>
    /// <param name="identity">The identity whose tokens are the password; null to use the connection string alone.</param>
    /// <param name="timeout">Seconds that a command may take, unless the connection string says otherwise.</param>
    /// <param name="prepares">
    /// Prepares the statements that are run often: most of their cost on the server is planning. Only without a pooler between.
    /// </param>
    public static NpgsqlDataSource Create(
        string connectionString, string application, int most, TokenCredential? identity, int timeout = StatementLimit.Usual,
        bool prepares = false)
    {
        var builder = Builder(connectionString, application, most, identity, timeout);
        var settings = builder.ConnectionStringBuilder;
        // The reset (DISCARD ALL) costs the server as much as a small statement, and makes it plan the triggers' statements anew. No code
        // leaves anything in a session that needs one: settings and locks end with their transactions.
        if (!settings.ShouldSerialize("No Reset On Close")) settings.NoResetOnClose = true;
        if (prepares && !settings.ShouldSerialize("Max Auto Prepare")) settings.MaxAutoPrepare = MostPrepared;
        return builder.Build();
    }

    /// <summary>More than a worker has different statements.</summary>
    const int MostPrepared = 100;

    /// <summary>
    /// For the renewal of leases: a renewal on a dead connection must give its place to the next one long before the lease runs out.
    /// </summary>
    public static NpgsqlDataSource CreateForLeases(string connectionString, int most, TokenCredential? identity)
    {
        var builder = Builder(connectionString, "rebase leases", most, identity, StatementLimit.OfLease);
        // A command that is given up would wait 2 s more for the answer of a server that may be unreachable. And while the pool's reset of
        // a connection is unanswered, Npgsql gives no command up at all. A renewal leaves nothing in its session that needs a reset.
        (builder.ConnectionStringBuilder.CancellationTimeout, builder.ConnectionStringBuilder.NoResetOnClose) = (-1, true);
        return builder.Build();
    }

    /// <summary>The identity's token, which is the password for about an hour.</summary>
    public static async Task<string> PasswordAsync(TokenCredential identity, CancellationToken ct) =>
        (await identity.GetTokenAsync(s_database, ct)).Token;

    static NpgsqlDataSourceBuilder Builder(
        string connectionString, string application, int most, TokenCredential? identity, int timeout)
    {
        // The name is a tag in Npgsql's metrics, which would otherwise show the connection string.
        var builder = new NpgsqlDataSourceBuilder(connectionString) { Name = application };
        var settings = builder.ConnectionStringBuilder;
        settings.ApplicationName ??= application;
        // A connection that died silently blocks its command for this long, and a drain has 25 s in all.
        // ContainsKey would be true for every keyword that Npgsql knows.
        if (!settings.ShouldSerialize("Command Timeout")) settings.CommandTimeout = timeout;
        // The pool takes the connection that was used last, so those that a burst needed stay idle, and are closed after some seconds: many
        // workers share one server, which has 100 connections by default.
        settings.MaxPoolSize = settings.ShouldSerialize("Maximum Pool Size") ? Math.Min(settings.MaxPoolSize, most) : most;
        settings.MinPoolSize = Math.Min(settings.MinPoolSize, settings.MaxPoolSize);
        if (!settings.ShouldSerialize("Connection Idle Lifetime") && !settings.ShouldSerialize("Connection Pruning Interval"))
            (settings.ConnectionIdleLifetime, settings.ConnectionPruningInterval) = (10, 5);
        // The token is requested for each new connection, and not by a timer. Credentials cache their tokens and renew them in time, so
        // this costs nothing; a token that a timer fetched may expire before the timer fetches the next one.
        if (identity is not null)
            builder.UsePasswordProvider(_ => identity.GetToken(s_database, default).Token,
                async (_, ct) => await PasswordAsync(identity, ct));
        return builder;
    }
}
