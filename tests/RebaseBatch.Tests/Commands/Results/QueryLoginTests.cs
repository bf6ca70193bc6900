using Npgsql;
using RebaseBatch.Platform.Errors;
using RebaseBatch.Platform.Postgres.Embedded;
using Xunit;

namespace RebaseBatch.Tests.Commands.Results;

/// <summary>The login for users' queries on a server of others.</summary>
public sealed class QueryLoginTests(PostgresServer shared)
{
    const string Query = "SELECT session_user::text AS who, count(*) FROM v_jobs";

    [Fact]
    public async Task Without_a_login_the_command_refuses_and_says_how_to_make_one()
    {
        await using var database = await shared.CreateDatabaseAsync();
        using var folder = new TemporaryFolder();

        var query = await CommandRun.In(folder, [], "results", "query", Query, "--database", database.ConnectionString);
        var migrate = await CommandRun.In(folder, [], "db", "migrate", "--database", database.ConnectionString);

        Assert.Equal((ExitCode.BadInput, ""), (query.Code, query.Out));
        Assert.Contains("CREATE ROLE rebase_query LOGIN NOINHERIT", query.Error, StringComparison.Ordinal);
        Assert.Contains("Rebase:Database:ReaderConnectionString", query.Error, StringComparison.Ordinal);
        Assert.Equal(ExitCode.Ok, migrate.Code);
        Assert.Contains("needs a login of its own", migrate.ErrorLines[^1], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Migrate_makes_the_login_that_the_setting_names_where_it_may()
    {
        await using var own = new OwnPostgres();
        var server = await own.StartAsync(Ct);
        // This login alone is asked for its password.
        var hba = Path.Combine(own.Folder.Data, "pg_hba.conf");
        await File.WriteAllTextAsync(hba, "local all analyst scram-sha-256\nhost all analyst all scram-sha-256\n"
            + await File.ReadAllTextAsync(hba, Ct), Ct);
        await OwnPostgres.AskAsync<bool>(server, "SELECT pg_reload_conf()");
        await OwnPostgres.AskAsync<object?>(server, "CREATE ROLE tenant LOGIN CREATEROLE; CREATE ROLE plain LOGIN");
        await OwnPostgres.AskAsync<object?>(server, "CREATE DATABASE theirs OWNER tenant");
        var theirs = new NpgsqlConnectionStringBuilder(server.ConnectionString)
        {
            Database = "theirs", Username = "tenant", Pooling = false,
        };
        string As(string user, string? password) =>
            new NpgsqlConnectionStringBuilder(theirs.ConnectionString) { Username = user, Password = password }.ConnectionString;
        using var folder = new TemporaryFolder();
        Task<CommandRun> RunAsync(string reader, params string[] args) => CommandRun.In(folder,
            new() { ["Rebase__Database__ReaderConnectionString"] = reader }, [.. args, "--database", theirs.ConnectionString]);

        var migrated = await RunAsync(As("analyst", "s3cret"), "db", "migrate");
        Assert.True(migrated.Code is ExitCode.Ok, migrated.Error);
        Assert.DoesNotContain("needs a login", migrated.Error, StringComparison.Ordinal);
        var query = await RunAsync(As("analyst", "s3cret"), "results", "query", Query, "--format", "csv");
        Assert.Equal((ExitCode.Ok, "analyst,0"), (query.Code, query.OutLines.LastOrDefault() ?? query.Error));

        // The server reads its file a moment after it was told to; until then it trusts whoever comes.
        await Eventually.TrueAsync(async () => await RunAsync(As("analyst", "wrong"), "results", "query", Query) is
        { Code: ExitCode.BadInput } refused && refused.Error.Contains("queries can't log in", StringComparison.Ordinal));
        Assert.Equal(ExitCode.Ok, (await RunAsync(As("analyst", "s3cret"), "results", "query", Query)).Code);
        Assert.False(await OwnPostgres.AskAsync<bool>(server, "SELECT has_database_privilege('plain', 'theirs', 'TEMPORARY')"));

        // A name of a user who can do more is not taken.
        var owner = await RunAsync(As("tenant", null), "results", "query", Query);
        Assert.Contains("may create roles", owner.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_private_server_has_its_login_without_any_setting()
    {
        using var folder = new TemporaryFolder();
        var query = await CommandRun.In(folder, [], "results", "query", Query, "--format", "csv", "--data", folder.Path);
        Assert.Equal((ExitCode.Ok, $"{PrivateRoles.Reader},0"), (query.Code, query.OutLines.LastOrDefault() ?? query.Error));
    }

    static CancellationToken Ct => TestContext.Current.CancellationToken;
}
