using Azure.Core;
using Npgsql;

namespace RebaseBatch.Platform.Postgres;

/// <summary>Makes the pools of connections that a run works with.</summary>
static class DatabaseSources
{
    // Azure Database for PostgreSQL as an application of Microsoft Entra ID.
    static readonly TokenRequestContext s_database = new(["https://ossrdbms-aad.database.windows.net/.default"]);

    /// <param name="application">What the server shows as the connections' owner, unless the connection string names one.</param>
    /// <param name="identity">Whose tokens are the password; null to enter by the connection string alone.</param>
    public static NpgsqlDataSource Create(string connectionString, string application, TokenCredential? identity)
    {
        // The name is a tag of Npgsql's metrics, where it would put the connection string else.
        var builder = new NpgsqlDataSourceBuilder(connectionString) { Name = application };
        var settings = builder.ConnectionStringBuilder;
        settings.ApplicationName ??= application;
        // A connection that died without a word holds its command for this long, and a drain has 25 s in all.
        if (!settings.ContainsKey("Command Timeout")) settings.CommandTimeout = 10;
        // Asked for each connection that is opened, and not by a timer: credentials keep their tokens and renew them in time, so this costs
        // nothing, and a token that a timer fetched may have run out before the next round.
        if (identity is not null)
            builder.UsePasswordProvider(_ => identity.GetToken(s_database, default).Token, async (_, ct) => (await identity.GetTokenAsync(s_database, ct)).Token);
        return builder.Build();
    }
}
