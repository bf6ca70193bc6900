using Dapper;
using Npgsql;

namespace RebaseBatch.Platform.Postgres.Embedded;

/// <summary>
/// The roles of the private server. Its superuser only sets up roles and databases. Workers and commands connect as the owner of the
/// database, and users' queries as a login that reads the views. Servers of earlier versions, where everybody was the superuser, are
/// changed at their next start.
/// </summary>
sealed class PrivateRoles(PostgresEndpoint endpoint)
{
    /// <summary>The superuser that initdb makes.</summary>
    public const string Admin = "rebase";

    /// <summary>Owns the database; no superuser.</summary>
    public const string Owner = "rebase_worker";

    /// <summary>Reads the views; for users' queries.</summary>
    public const string Reader = "rebase_query";

    // Written last, as the database's comment: a crash before it has everything done once more. Raise the number with each change below.
    const string Done = "rebase roles 1";

    const string State = """
        SELECT coalesce(shobj_description((SELECT oid FROM pg_database WHERE datname = @database), 'pg_database') = @Done, false)
        """;

    // A query may undo a role's settings, so ReadOnlyQuery has limits of its own. temp_file_limit is the exception: only a superuser may
    // change it.
    const string Roles = $"""
        DO $$ BEGIN
            IF to_regrole('{Owner}') IS NULL THEN CREATE ROLE {Owner}; END IF;
            IF to_regrole('{Reader}') IS NULL THEN CREATE ROLE {Reader}; END IF;
            IF to_regrole('rebase_reader') IS NULL THEN CREATE ROLE rebase_reader NOLOGIN; END IF;
        END $$;
        ALTER ROLE {Owner} LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS;
        ALTER ROLE {Reader} LOGIN NOINHERIT NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS CONNECTION LIMIT 8;
        ALTER ROLE {Reader} SET default_transaction_read_only = on;
        ALTER ROLE {Reader} SET statement_timeout = '1h';
        ALTER ROLE {Reader} SET lock_timeout = '10s';
        ALTER ROLE {Reader} SET idle_in_transaction_session_timeout = '1min';
        ALTER ROLE {Reader} SET idle_session_timeout = '1min';
        ALTER ROLE {Reader} SET temp_file_limit = '4GB';
        GRANT rebase_reader TO {Owner};
        """;

    // What everybody may call in a new database and no query needs: large objects, advisory locks, settings, notifications, records in the
    // log of writes. Without PL/pgSQL a query has no loops, and can't catch its own end.
    const string Calls = $"""
        DO $$ DECLARE found record; BEGIN
            FOR found IN
                SELECT oid::regprocedure AS call FROM pg_proc WHERE pronamespace = 'pg_catalog'::regnamespace AND proname ~
                    '^(lo_|loread$|lowrite$|pg_(try_)?advisory_|set_config$|pg_notify$|pg_logical_emit_message$|pg_export_snapshot$)'
            LOOP
                EXECUTE format('REVOKE EXECUTE ON FUNCTION %s FROM PUBLIC', found.call);
                IF found.call::text ~ '^(pg_(try_)?advisory_|set_config|pg_notify)' THEN
                    EXECUTE format('GRANT EXECUTE ON FUNCTION %s TO {Owner}', found.call);
                END IF;
            END LOOP;
        END $$;
        REVOKE USAGE ON LANGUAGE plpgsql FROM PUBLIC;
        GRANT USAGE ON LANGUAGE plpgsql TO {Owner};
        REVOKE CREATE ON SCHEMA public FROM PUBLIC;
        """;

    // PostgreSQL refuses REASSIGN OWNED for the role that initdb made. ALTER TABLE takes views and sequences as well.
    const string Ownership = $"""
        SET LOCAL lock_timeout = '1min';
        DO $$ DECLARE found record; BEGIN
            FOR found IN
                SELECT format('ALTER TABLE %s OWNER TO {Owner}', oid::regclass) AS change FROM pg_class c
                WHERE relowner = '{Admin}'::regrole AND relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p', 'v', 'm', 'S')
                    -- A serial column's sequence follows its table.
                    AND NOT EXISTS (SELECT FROM pg_depend WHERE classid = 'pg_class'::regclass AND objid = c.oid
                        AND refclassid = 'pg_class'::regclass AND refobjsubid > 0 AND c.relkind = 'S')
                UNION ALL
                SELECT format('ALTER ROUTINE %s OWNER TO {Owner}', oid::regprocedure) FROM pg_proc
                WHERE proowner = '{Admin}'::regrole AND pronamespace = 'public'::regnamespace
                UNION ALL
                SELECT format('ALTER TYPE %s OWNER TO {Owner}', oid::regtype) FROM pg_type
                WHERE typowner = '{Admin}'::regrole AND typnamespace = 'public'::regnamespace AND typtype IN ('d', 'e', 'r')
            LOOP
                EXECUTE found.change;
            END LOOP;
        END $$;
        """;

    /// <summary>
    /// Makes the roles and the database, or brings those of an earlier version up to date. Call it while holding the start lock.
    /// </summary>
    /// <exception cref="NpgsqlException">The server refuses, or a process of the earlier version holds a table for a minute.</exception>
    public async Task EnsureAsync(string database, CancellationToken ct)
    {
        await using var server = await OpenAsync("postgres", ct);
        if (await server.ExecuteScalarAsync<bool>(new(State, new { database, Done }, cancellationToken: ct))) return;
        await RunAsync(server, Roles);
        // Where there are no unix sockets, the server asks for a password: one that only this user's files hold.
        if (endpoint.Password is { } password)
            await RunAsync(server, $"ALTER ROLE {Owner} PASSWORD '{password}'; ALTER ROLE {Reader} PASSWORD '{password}'");
        if (await server.ExecuteScalarAsync<bool>(new(
            "SELECT EXISTS (SELECT FROM pg_database WHERE datname = @database)", new { database }, cancellationToken: ct)))
            await RunAsync(server, $"ALTER DATABASE {database} OWNER TO {Owner}");
        else
            await RunAsync(server, $"CREATE DATABASE {database} OWNER {Owner}");
        await RestrictAsync(database, ct);
        await RunAsync(server, $"COMMENT ON DATABASE {database} IS '{Done}'");

        Task RunAsync(NpgsqlConnection connection, string sql) =>
            connection.ExecuteAsync(new(sql, commandTimeout: 0, cancellationToken: ct));
    }

    /// <summary>Takes from everybody what no query needs, and gives the owner what earlier versions made as the superuser.</summary>
    internal async Task RestrictAsync(string database, CancellationToken ct)
    {
        await using var connection = await OpenAsync(database, ct);
        await using var transaction = await ReadCommitted.BeginAsync(connection, ct);
        foreach (var sql in (string[])[$"REVOKE TEMPORARY ON DATABASE {database} FROM PUBLIC", Calls, Ownership])
            await connection.ExecuteAsync(new(sql, transaction: transaction, commandTimeout: 0, cancellationToken: ct));
        await transaction.CommitAsync(ct);
    }

    async Task<NpgsqlConnection> OpenAsync(string database, CancellationToken ct)
    {
        var settings = endpoint.To(database, Admin);
        settings.Pooling = false;
        var connection = new NpgsqlConnection(settings.ConnectionString);
        try
        {
            await connection.OpenAsync(ct);
            return connection;
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }
    }
}
