using System.Text.RegularExpressions;
using Dapper;
using Npgsql;
using RebaseBatch.Migrations;
using Xunit;

namespace RebaseBatch.Tests.Infra;

/// <summary>infra/bicep/roles.sql on a real server, with a function of ours in place of Azure's.</summary>
public sealed partial class DatabaseRolesTests
{
    [Fact]
    public async Task The_worker_can_migrate_and_the_scaler_can_count_and_see_no_more()
    {
        await using var own = new OwnPostgres();
        var server = new NpgsqlConnectionStringBuilder((await own.StartAsync(Ct)).AdminConnectionString) { Pooling = false };
        await using (var azure = new NpgsqlConnection(server.ConnectionString))
        {
            // As Azure's administrator: not a superuser, but allowed to create roles and databases.
            await azure.ExecuteAsync("""
                DROP ROLE rebase_reader;
                CREATE ROLE administrator CREATEROLE CREATEDB;
                CREATE FUNCTION pgaadauth_create_principal_with_oid(name text, oid text, kind text, admin boolean, mfa boolean) RETURNS text
                LANGUAGE plpgsql AS $$ BEGIN EXECUTE format('CREATE ROLE %I LOGIN', name); RETURN name; END $$
                """);
            await azure.ExecuteAsync("SET ROLE administrator");
            foreach (var statement in Statements(new()
            {
                ["database"] = "rebase_azure", ["worker"] = "rebase-worker", ["worker_id"] = "1", ["scaler"] = "rebase-scaler",
                ["scaler_id"] = "2",
            }))
                await azure.ExecuteAsync(statement);
        }

        await using (var worker = As(server, "rebase-worker"))
        {
            await new Migrator(worker).MigrateAsync(Ct);
            await new Migrator(worker).ValidateAsync(Ct);
            await using var connection = await worker.OpenConnectionAsync(Ct);
            Assert.Equal("rebase_reader", await connection.ExecuteScalarAsync<string>("SET ROLE rebase_reader; SELECT current_user"));
        }

        await using var scaler = As(server, "rebase-scaler");
        await using var counting = await scaler.OpenConnectionAsync(Ct);
        Assert.Equal(0, await counting.ExecuteScalarAsync<long>(QueueScalingTests.Query));
        foreach (var sql in (string[])["SELECT * FROM batches", "DELETE FROM jobs", "CREATE TABLE mine (id int)"])
            Assert.Equal(PostgresErrorCodes.InsufficientPrivilege,
                (await Assert.ThrowsAsync<PostgresException>(() => counting.ExecuteAsync(sql))).SqlState);
    }

    [Fact]
    public void No_role_has_a_password() =>
        Assert.DoesNotContain("PASSWORD '", Repository.Read("infra/bicep/roles.sql"), StringComparison.OrdinalIgnoreCase);

    static CancellationToken Ct => TestContext.Current.CancellationToken;

    static NpgsqlDataSource As(NpgsqlConnectionStringBuilder server, string role) =>
        NpgsqlDataSource.Create(new NpgsqlConnectionStringBuilder(server.ConnectionString)
        {
            Database = "rebase_azure", Options = $"-c role={role}",
        });

    /// <summary>The script's statements with psql's variables put in, as a name or as a text.</summary>
    static string[] Statements(Dictionary<string, string> variables)
    {
        var script = Comment().Replace(Repository.Read("infra/bicep/roles.sql"), "");
        var filled = Variable()
            .Replace(script,
                found => found.Value[1] == '"' ? $"\"{variables[found.Groups[1].Value]}\"" : $"'{variables[found.Groups[1].Value]}'");
        return filled.Split(';', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
    }

    [GeneratedRegex("(?m)^--.*$")]
    private static partial Regex Comment();

    [GeneratedRegex("""(?<!:):['"](\w+)['"]""")]
    private static partial Regex Variable();
}
