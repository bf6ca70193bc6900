using Azure.Core;
using Azure.Identity;
using Dapper;
using Npgsql;
using RebaseBatch.Hosting;
using RebaseBatch.Platform.Errors;
using RebaseBatch.Platform.Postgres;
using RebaseBatch.Platform.Postgres.Embedded;
using Xunit;

namespace RebaseBatch.Tests.Platform.Postgres;

public sealed class DatabaseIdentityTests
{
    [Fact]
    public async Task A_token_is_the_password_and_each_connection_has_the_one_of_its_hour()
    {
        await using var own = new OwnPostgres();
        var server = await own.StartAsync(Ct);
        var identity = new Identity { Token = "first token" };
        await using var db = DatabaseSources.Create(await AskForPasswordsAsync(own, server), "rebase", 10, identity);

        await using (var connection = await db.OpenConnectionAsync(Ct))
            Assert.Equal("rebase-worker", await connection.ExecuteScalarAsync<string>("SELECT current_user"));
        Assert.Equal(["https://ossrdbms-aad.database.windows.net/.default"], identity.Scopes);

        // What Entra ID does to a token after an hour.
        await OwnPostgres.AskAsync<object?>(server, "ALTER ROLE \"rebase-worker\" PASSWORD 'second token'");
        db.Clear();
        var refused = await Assert.ThrowsAsync<PostgresException>(async () => await db.OpenConnectionAsync(Ct));
        Assert.Equal(PostgresErrorCodes.InvalidPassword, refused.SqlState);
        identity.Token = "second token";
        await using (await db.OpenConnectionAsync(Ct)) Assert.Equal(3, identity.Asked);
    }

    [Fact]
    public async Task The_session_opens_all_its_pools_by_the_identity()
    {
        await using var own = new OwnPostgres();
        var options = new RebaseOptions
        {
            Database = { ConnectionString = await AskForPasswordsAsync(own, await own.StartAsync(Ct)),
                Authentication = DatabaseAuthentication.AzureIdentity },
        };
        var identity = new Identity { Token = "first token" };

        await using var session =
            await DatabaseSession.OpenAsync(options.Database, options.DataDirectory, TimeSpan.FromSeconds(5), _ => { },
                Microsoft.Extensions.Logging.Abstractions.NullLogger.Instance, Ct, environmentIdentity: identity);

        var (work, leases, pages) = session.Pools;
        foreach (var pool in (NpgsqlDataSource[])[work, leases, pages])
            await using (await pool.OpenConnectionAsync(Ct)) { }
        Assert.Equal(3, identity.Asked);
    }

    [Fact]
    public async Task A_token_that_can_not_be_had_now_is_waited_for_and_an_identity_that_is_not_there_is_not()
    {
        await using var own = new OwnPostgres();
        var connection = await AskForPasswordsAsync(own, await own.StartAsync(Ct));

        var late = await FaultAsync(connection, new AuthenticationFailedException("AADSTS70021: no such credential.\r\nTrace ID: 1"));
        Assert.True(DatabaseFaults.IsAway(late));
        Assert.True(DatabaseFaults.IsPassing(late));
        Assert.StartsWith("there is no token to authenticate at the database with: AADSTS70021: no such credential (check",
            DatabaseFaults.Sentence(late), StringComparison.Ordinal);

        var none = await FaultAsync(connection, new CredentialUnavailableException("none here"));
        Assert.False(DatabaseFaults.IsAway(none));
        Assert.True(DatabaseFaults.IsUnavailable(none));
        Assert.Contains("none here", DatabaseFaults.Sentence(none), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Host=db;Username=w;SSL Mode=VerifyFull", null)]
    [InlineData("Host=db;Username=w;SSL Mode=Require", null)]
    [InlineData("", "names no server")]
    [InlineData("Host=db;SSL Mode=VerifyFull", "names no user")]
    [InlineData("Host=db;Username=w;Password=p;SSL Mode=VerifyFull", "holds a password")]
    [InlineData("Host=db;Username=w", "add 'SSL Mode=VerifyFull'")]
    [InlineData("Host=db;Username=w;SSL Mode=Disable", "add 'SSL Mode=VerifyFull'")]
    public void What_does_not_go_with_an_identity_is_refused(string connection, string? reason)
    {
        using var folder = new TemporaryFolder();
        var environment =
            new ProcessEnvironment(TextWriter.Null, TextWriter.Null, folder.Path, folder.Path, new Dictionary<string, string>());
        var fault = Record.Exception(
            () => Settings.Load(environment,
                [$"Rebase:Database:ConnectionString={connection}", "Rebase:Database:Authentication=AzureIdentity"]));

        if (reason is null) Assert.Null(fault);
        else Assert.Contains(reason, Assert.IsType<UserException>(fault).Message, StringComparison.Ordinal);
    }

    static CancellationToken Ct => TestContext.Current.CancellationToken;

    static async Task<NpgsqlException> FaultAsync(string connection, Exception fault)
    {
        await using var db = DatabaseSources.Create(connection, "rebase", 10, new Identity { Fault = fault });
        return await Assert.ThrowsAnyAsync<NpgsqlException>(async () => await db.OpenConnectionAsync(Ct));
    }

    /// <summary>Makes a user who is asked for a password, and nobody else.</summary>
    /// <returns>The user's connection string, without the password.</returns>
    static async Task<string> AskForPasswordsAsync(OwnPostgres own, EmbeddedPostgres server)
    {
        var hba = Path.Combine(own.Folder.Data, "pg_hba.conf");
        await File.WriteAllTextAsync(hba,
            "local all rebase-worker scram-sha-256\nhost all rebase-worker all scram-sha-256\n" + await File.ReadAllTextAsync(hba, Ct), Ct);
        await OwnPostgres.AskAsync<object?>(server, "CREATE ROLE \"rebase-worker\" LOGIN PASSWORD 'first token'");
        await OwnPostgres.AskAsync<bool>(server, "SELECT pg_reload_conf()");
        var settings = new NpgsqlConnectionStringBuilder(server.ConnectionString) { Username = "rebase-worker" };
        settings.Remove("Password");
        // The server reads its file a moment after it was told to; until then it trusts whoever comes, whatever the password.
        var wrong = new NpgsqlConnectionStringBuilder(settings.ConnectionString)
        {
            Pooling = false,
            Password = "no token"
        }.ConnectionString;
        await Eventually.TrueAsync(async () =>
        {
            try
            {
                await using var connection = new NpgsqlConnection(wrong);
                await connection.OpenAsync(Ct);
                return false;
            }
            catch (PostgresException e) when (e.SqlState == PostgresErrorCodes.InvalidPassword)
            {
                return true;
            }
        });
        return settings.ConnectionString;
    }

    sealed class Identity : TokenCredential
    {
        public string Token { get; set; } = "";

        public Exception? Fault { get; init; }

        public int Asked { get; private set; }

        public string[] Scopes { get; private set; } = [];

        public override AccessToken GetToken(TokenRequestContext requestContext, CancellationToken cancellationToken)
        {
            Asked++;
            Scopes = requestContext.Scopes;
            return Fault is null ? new(Token, DateTimeOffset.MaxValue) : throw Fault;
        }

        public override ValueTask<AccessToken> GetTokenAsync(TokenRequestContext requestContext, CancellationToken cancellationToken) =>
            new(GetToken(requestContext, cancellationToken));
    }
}
