using System.Diagnostics;
using Dapper;
using Npgsql;
using RebaseBatch.Durable.Results;
using RebaseBatch.Migrations;
using RebaseBatch.Platform.Errors;
using RebaseBatch.Platform.Postgres;
using RebaseBatch.Platform.Postgres.Embedded;
using Xunit;

namespace RebaseBatch.Tests.Durable.Results;

/// <summary>Users' queries on the private server try to do more than read the views.</summary>
public sealed class QueryEscapeTests(PostgresServer server) : StoreTest(server)
{
    readonly PostgresServer _server = server;

    static readonly TimeSpan s_limit = TimeSpan.FromSeconds(20);

    static readonly string[] s_refused =
    [
        // Another role.
        "SET ROLE rebase", "SET ROLE rebase_worker", "SET ROLE rebase_reader", "SET SESSION AUTHORIZATION rebase",
        "SELECT set_config('role', 'rebase', false)", "SELECT set_config('role', 'none', false)",
        "ALTER ROLE rebase_query SUPERUSER", "ALTER ROLE rebase_query PASSWORD 'mine'", "CREATE ROLE mine SUPERUSER",
        "GRANT rebase_worker TO rebase_query",
        // A program or a file of the server.
        "DO $$ BEGIN PERFORM set_config('role', 'none', false); EXECUTE 'COPY (SELECT 1) TO PROGRAM ''true'''; END $$",
        "COPY (SELECT 1) TO PROGRAM 'true'", "COPY jobs FROM '/etc/passwd'", "COPY (SELECT 1) TO '/tmp/rebase-escape'",
        "SELECT pg_read_file('/etc/passwd')", "SELECT pg_ls_dir('.')", "SELECT pg_stat_file('PG_VERSION')",
        "SELECT lo_import('/etc/passwd')", "SELECT lo_export(1, '/tmp/rebase-escape')", "SELECT lo_create(0)",
        "SELECT lo_from_bytea(0, 'x')", "SELECT lo_put(1, 0, 'x')",
        // More than reading.
        "SET TRANSACTION READ WRITE", "BEGIN READ WRITE", "START TRANSACTION READ WRITE",
        "CREATE TEMP TABLE mine (id int)", "SELECT 1 AS n INTO TEMP mine", "CREATE TABLE mine (id int)",
        "CREATE FUNCTION mine() RETURNS int LANGUAGE sql SECURITY DEFINER AS 'SELECT 1'", "CREATE EXTENSION dblink",
        "CREATE EXTENSION postgres_fdw", "UPDATE jobs SET name = 'mine'", "DELETE FROM v_jobs", "SELECT nextval('jobs_job_id_seq')",
        "SELECT 1; DELETE FROM jobs", "COMMIT; DELETE FROM jobs", "PREPARE TRANSACTION 'mine'",
        "SELECT pg_logical_emit_message(false, 'x', 'y')",
        // More than the views.
        "SELECT * FROM pg_authid", "SELECT * FROM jobs", "SELECT * FROM nodes", "TABLE schema_migrations",
        "SELECT query_to_xml('SELECT * FROM jobs', true, true, '')", "LOCK TABLE jobs IN ACCESS EXCLUSIVE MODE",
        // Others' work.
        "SELECT pg_terminate_backend(@worker)", "SELECT pg_cancel_backend(@worker)", "SELECT pg_reload_conf()",
        "SELECT pg_advisory_lock(1)", "SELECT pg_try_advisory_lock(1)", "SELECT pg_advisory_xact_lock_shared(1)",
        // What migrations and the enqueuing of sweeps lock.
        "LOCK TABLE schema_migrations IN EXCLUSIVE MODE", "LOCK TABLE sweeps IN SHARE ROW EXCLUSIVE MODE",
        "SELECT pg_notify('rebase', n::text) FROM generate_series(1, 100000) n", "ALTER SYSTEM SET max_connections = 1",
        "ALTER DATABASE rebase SET statement_timeout = 1",
        // More time.
        "SELECT set_config('statement_timeout', '0', false), pg_sleep(600)",
        "DO $$ BEGIN LOOP BEGIN PERFORM pg_sleep(600); EXCEPTION WHEN query_canceled THEN NULL; END; END LOOP; END $$",
    ];

    // What may run and changes nothing that outlives its own session.
    static readonly string[] s_harmless =
    [
        "RESET ROLE", "SET ROLE NONE", "RESET SESSION AUTHORIZATION", "SET default_transaction_read_only = off",
        "SET statement_timeout = 0", "COMMIT", "ROLLBACK", "LISTEN rebase", "NOTIFY rebase, 'x'", "DISCARD ALL", "RESET ALL",
        "SELECT current_setting('is_superuser'), current_user, session_user",
    ];

    [Fact]
    public async Task No_query_does_more_than_read_the_views()
    {
        var job = await EnqueueAsync(2);
        await using var readers = Readers();
        await using var worker = await Database.DataSource.OpenConnectionAsync(Ct);
        var process = await worker.ExecuteScalarAsync<int>("SELECT pg_backend_pid()");
        var before = await ContentAsync();
        var ran = new List<string>();
        foreach (var sql in s_refused)
        {
            var filled = sql.Replace("@worker", $"{process}", StringComparison.Ordinal);
            try
            {
                await RowAsync(readers, filled);
                ran.Add(sql);
            }
            catch (UserException e) when (e.Code is ExitCode.BadInput)
            {
                if (e.Message.Contains("took longer", StringComparison.Ordinal)) ran.Add(sql);
            }
        }
        Assert.Equal([], ran);
        foreach (var sql in s_harmless)
        {
            if (await Record.ExceptionAsync(() => RowAsync(readers, sql)) is { } refused) Assert.IsType<UserException>(refused);
        }

        Assert.Equal(before, await ContentAsync());
        Assert.False(File.Exists("/tmp/rebase-escape"));
        // The worker's session lives, and the login is what it was.
        Assert.Equal(process, await worker.ExecuteScalarAsync<int>("SELECT pg_backend_pid()"));
        Assert.Equal([$"{job}", "off", "rebase_query"], await RowAsync(readers,
            "SELECT job_id, current_setting('is_superuser'), session_user FROM v_jobs"));
        Assert.Equal(["on", "3600000"], await RowAsync(readers,
            "SELECT current_setting('default_transaction_read_only'), reset_val FROM pg_settings WHERE name = 'statement_timeout'"));
    }

    [Fact]
    public async Task A_query_that_catches_its_own_cancellation_is_ended_all_the_same()
    {
        // As on a server of others, where everybody may use PL/pgSQL and change settings.
        await using var database = await _server.CreateEmptyDatabaseAsync();
        await using (var owner = await database.DataSource.OpenConnectionAsync(Ct))
        {
            await new Migrator(database.DataSource).MigrateAsync(Ct);
            await QueryLogin.GrantAsync(owner, PrivateRoles.Reader, Ct);
        }

        await using var readers = NpgsqlDataSource.Create(database.ReaderConnectionString + ";Pooling=false");
        var begun = Stopwatch.GetTimestamp();
        var refused = await Assert.ThrowsAsync<UserException>(() => new ReadOnlyQuery(readers).RunAsync("""
            DO $$ BEGIN
                PERFORM set_config('statement_timeout', '0', false);
                LOOP BEGIN PERFORM pg_sleep(600); EXCEPTION WHEN query_canceled THEN NULL; END; END LOOP;
            END $$
            """, TimeSpan.FromSeconds(1), _ => Task.CompletedTask, Ct));

        Assert.Contains("took longer than 1 s", refused.Message, StringComparison.Ordinal);
        Assert.True(Stopwatch.GetElapsedTime(begun) < TimeSpan.FromSeconds(60));
        await using var watching = await Database.DataSource.OpenConnectionAsync(Ct);
        await Eventually.TrueAsync(async () => await watching.ExecuteScalarAsync<int>(
            "SELECT count(*)::int FROM pg_stat_activity WHERE usename = 'rebase_query' AND datname = @name",
            new { name = new NpgsqlConnectionStringBuilder(database.ConnectionString).Database }) == 0);
    }

    [Fact]
    public async Task Queries_do_not_run_under_a_login_that_may_do_more()
    {
        await using var owners = NpgsqlDataSource.Create(Database.ConnectionString + ";Pooling=false");

        var refused = await Assert.ThrowsAsync<UserException>(() => RowAsync(owners, "SELECT 1"));

        Assert.Contains("it is the owner of the database", refused.Message, StringComparison.Ordinal);
        Assert.Contains("CREATE ROLE rebase_query LOGIN NOINHERIT NOSUPERUSER", refused.Message, StringComparison.Ordinal);
    }

    NpgsqlDataSource Readers() => NpgsqlDataSource.Create(Database.ReaderConnectionString + ";Pooling=false");

    static async Task<string[]> RowAsync(NpgsqlDataSource readers, string sql)
    {
        var row = Array.Empty<string>();
        await new ReadOnlyQuery(readers).RunAsync(sql, s_limit, async reader =>
        {
            while (await reader.ReadAsync(Ct))
                row = [.. Enumerable.Range(0, reader.FieldCount).Select(i => reader.GetValue(i).ToString()!)];
        }, Ct);
        return row;
    }
}
