using Dapper;
using Npgsql;
using RebaseBatch.Durable.Results;
using RebaseBatch.Migrations;
using RebaseBatch.Platform.Postgres;
using RebaseBatch.Platform.Postgres.Embedded;
using Xunit;

namespace RebaseBatch.Tests.Platform.Postgres.Embedded;

public sealed class PrivateRolesTests
{
    [Fact]
    public async Task A_server_of_an_earlier_version_gets_its_roles_at_the_next_start()
    {
        await using var own = new OwnPostgres();
        var first = await own.StartAsync(Ct);
        await MakeEarlierAsync(first);

        // A process of the earlier version is still connected when the newer one joins.
        await using var earlier = NpgsqlDataSource.Create(first.AdminConnectionString);
        await using var idle = await earlier.OpenConnectionAsync(Ct);
        var server = await own.StartAsync(Ct);

        await using var db = NpgsqlDataSource.Create(server.ConnectionString);
        await new Migrator(db).MigrateAsync(Ct);
        await using var worker = await db.OpenConnectionAsync(Ct);
        await QueryLogin.GrantAsync(worker, PrivateRoles.Reader, Ct);
        Assert.Equal((false, false, false, "rebase_worker"), await worker.QuerySingleAsync<(bool, bool, bool, string)>(
            "SELECT rolsuper, rolcreaterole, rolcreatedb, rolname FROM pg_roles WHERE rolname = current_user"));
        Assert.Equal(0, await worker.ExecuteScalarAsync<int>("""
            SELECT (SELECT count(*) FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relowner = 'rebase'::regrole)::int
                + (SELECT count(*) FROM pg_proc WHERE pronamespace = 'public'::regnamespace AND proowner = 'rebase'::regrole)::int
            """));
        // A table with a sequence, and one with a trigger of PL/pgSQL behind it.
        Assert.Equal("kept", await worker.ExecuteScalarAsync<string>("SELECT name FROM sweeps_of_earlier"));
        await worker.ExecuteAsync("ALTER TABLE sweeps_of_earlier ADD again int; INSERT INTO sweeps_of_earlier (name) VALUES ('new')");
        await using var readers = NpgsqlDataSource.Create(server.ReaderConnectionString + ";Pooling=false");
        await new ReadOnlyQuery(readers).RunAsync("SELECT * FROM v_jobs", TimeSpan.FromSeconds(20), _ => Task.CompletedTask, Ct);
    }

    // Where initdb's superuser is the only role and owns everything.
    static async Task MakeEarlierAsync(EmbeddedPostgres server)
    {
        var settings = new NpgsqlConnectionStringBuilder(server.AdminConnectionString) { Pooling = false };
        await using (var postgres = new NpgsqlConnection(new NpgsqlConnectionStringBuilder(settings.ConnectionString)
        { Database = "postgres" }.ConnectionString))
        {
            await postgres.ExecuteAsync("DROP DATABASE rebase WITH (FORCE)");
            await postgres.ExecuteAsync("DROP ROLE rebase_worker, rebase_query, rebase_reader; ");
            await postgres.ExecuteAsync("CREATE DATABASE rebase TEMPLATE template0");
        }
        await using var db = NpgsqlDataSource.Create(settings);
        await new Migrator(db).MigrateAsync(Ct);
        await using var connection = await db.OpenConnectionAsync(Ct);
        await connection.ExecuteAsync("""
            CREATE TABLE sweeps_of_earlier (id serial PRIMARY KEY, name text);
            INSERT INTO sweeps_of_earlier (name) VALUES ('kept');
            """);
    }

    static CancellationToken Ct => TestContext.Current.CancellationToken;
}
